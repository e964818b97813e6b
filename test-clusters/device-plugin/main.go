// A device plugin for the GPUs of a stand-in machine: what the stock plugin does of its kind, and as it does it. It
// advertises nvidia.com/gpu, prefers the devices that NVIDIA's own allocator prefers, and shows a container its devices
// by NVIDIA_VISIBLE_DEVICES.
//
//	device-plugin LIBRARY          the path of the driver's management library, or of its stand-in
//	device-plugin LIBRARY choose   for each line "COUNT INDEX,INDEX,..." of stdin, says which of these free devices it
//	                               would choose, with - for a device that is none
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/NVIDIA/go-gpuallocator/gpuallocator"
	"github.com/NVIDIA/go-nvml/pkg/nvml"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

const (
	resource = "nvidia.com/gpu"
	endpoint = "nvidia-gpu.sock"
)

type plugin struct {
	api.UnimplementedDevicePluginServer
	devices gpuallocator.DeviceList
	policy  gpuallocator.Policy
}

func main() {
	if len(os.Args) != 2 && !(len(os.Args) == 3 && os.Args[2] == "choose") {
		log.Fatal("usage: device-plugin LIBRARY [choose]")
	}
	library := nvml.New(nvml.WithLibraryPath(os.Args[1]))
	devices, err := gpuallocator.NewDevices(gpuallocator.WithNvmlLib(library))
	if err != nil {
		log.Fatalf("%s: %v", os.Args[1], err)
	}
	policy := gpuallocator.NewBestEffortPolicy()
	if len(os.Args) == 3 {
		choose(devices, policy)
		return
	}
	for {
		serve(&plugin{devices: devices, policy: policy})
	}
}

func choose(devices gpuallocator.DeviceList, policy gpuallocator.Policy) {
	out := bufio.NewWriter(os.Stdout)
	defer func() { _ = out.Flush() }()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		count, list, _ := strings.Cut(lines.Text(), " ")
		size, err := strconv.Atoi(count)
		if err != nil {
			log.Fatalf("%q: %v", lines.Text(), err)
		}
		var free []*gpuallocator.Device
		for _, word := range strings.Split(list, ",") {
			index, err := strconv.Atoi(word)
			if err != nil || index < 0 || index >= len(devices) {
				log.Fatalf("%q: there is no device %q", lines.Text(), word)
			}
			free = append(free, devices[index])
		}
		var chosen []string
		for _, device := range policy.Allocate(free, nil, size) {
			if device == nil {
				chosen = append(chosen, "-")
			} else {
				chosen = append(chosen, strconv.Itoa(device.Index))
			}
		}
		_, _ = fmt.Fprintln(out, strings.Join(chosen, ","))
	}
}

// serve registers with the kubelet that is there, and returns when another one has taken its place.
func serve(p *plugin) {
	kubelet := awaitKubelet()
	path := filepath.Join(api.DevicePluginPath, endpoint)
	_ = os.Remove(path)
	listener, err := net.Listen("unix", path)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	defer server.Stop()
	api.RegisterDevicePluginServer(server, p)
	go func() { _ = server.Serve(listener) }()
	if err := register(); err != nil {
		log.Printf("the kubelet refused; trying again: %v", err)
		time.Sleep(time.Second)
		return
	}
	log.Printf("registered %d devices", len(p.devices))
	for os.SameFile(kubelet, awaitKubelet()) {
		time.Sleep(100 * time.Millisecond)
	}
}

// awaitKubelet returns who listens as the kubelet. Each kubelet makes the socket anew.
func awaitKubelet() os.FileInfo {
	for {
		if socket, err := os.Stat(api.KubeletSocket); err == nil {
			return socket
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func register() error {
	connection, err := grpc.NewClient("unix://"+api.KubeletSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, err = api.NewRegistrationClient(connection).Register(ctx, &api.RegisterRequest{
		Version:      api.Version,
		Endpoint:     endpoint,
		ResourceName: resource,
		Options:      &api.DevicePluginOptions{GetPreferredAllocationAvailable: true},
	})
	return err
}

func (p *plugin) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{GetPreferredAllocationAvailable: true}, nil
}

func (p *plugin) ListAndWatch(_ *api.Empty, stream api.DevicePlugin_ListAndWatchServer) error {
	answer := &api.ListAndWatchResponse{}
	for _, device := range p.devices {
		answer.Devices = append(answer.Devices, &api.Device{ID: device.UUID, Health: api.Healthy})
	}
	if err := stream.Send(answer); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

// GetPreferredAllocation keeps the order in which the kubelet names the devices, as the stock plugin does: among equals
// the first wins.
func (p *plugin) GetPreferredAllocation(_ context.Context, asked *api.PreferredAllocationRequest) (*api.PreferredAllocationResponse, error) {
	answer := &api.PreferredAllocationResponse{}
	for _, container := range asked.ContainerRequests {
		available, err := p.devices.Filter(container.AvailableDeviceIDs)
		if err != nil {
			return nil, err
		}
		required, err := p.devices.Filter(container.MustIncludeDeviceIDs)
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, device := range p.policy.Allocate(available, required, int(container.AllocationSize)) {
			ids = append(ids, device.UUID)
		}
		log.Printf("preferred of %v: %s", available, strings.Join(ids, ","))
		answer.ContainerResponses = append(answer.ContainerResponses, &api.ContainerPreferredAllocationResponse{DeviceIDs: ids})
	}
	return answer, nil
}

func (p *plugin) Allocate(_ context.Context, asked *api.AllocateRequest) (*api.AllocateResponse, error) {
	answer := &api.AllocateResponse{}
	for _, container := range asked.ContainerRequests {
		if len(container.DevicesIds) == 0 {
			return nil, fmt.Errorf("nothing asked")
		}
		answer.ContainerResponses = append(answer.ContainerResponses, &api.ContainerAllocateResponse{
			Envs: map[string]string{"NVIDIA_VISIBLE_DEVICES": strings.Join(container.DevicesIds, ",")},
		})
	}
	return answer, nil
}

func (p *plugin) PreStartContainer(context.Context, *api.PreStartContainerRequest) (*api.PreStartContainerResponse, error) {
	return &api.PreStartContainerResponse{}, nil
}
