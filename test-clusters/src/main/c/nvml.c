/*
 * A stand-in for libnvidia-ml.so.1: answers as the machine that a text file describes. The file is named by the
 * environment variable BUSBAR_NVML_MACHINE, else it is machine.txt beside this library; it is read anew when it is
 * another file, so that a test can let a link die. Lines, all others are passed over:
 *
 *   gpu   INDEX UUID BUSID MIB USED_MIB PRODUCT...   one GPU
 *   link  GPU FIRST-LAST gpu|switch up|down BUSID    some of its NVLinks and where they lead
 *   busy  GPU PERCENT                                how much it is used; 0 where nothing is said
 *   mig   GPU UUID MIB PROFILE                       one instance
 *   migmode GPU                                      MIG is enabled, instances or not
 *   process GPU PID MIB                              a process that uses the GPU
 *   fabric CLUSTER-UUID CLIQUE                       all GPUs are in this multi-node fabric
 *   lost  GPU                                        the GPU has fallen off the bus
 *   xid   GPU NUMBER                                 an event waits
 *   pci   BUSID CLASS NUMA PATH                      where a device hangs: for the way between two GPUs
 *   count N                                          lie about the number of GPUs
 *   hang  FUNCTION                                   the function never returns
 *
 * Compiled with -DOLD_DRIVER it lacks what drivers before 450 lack.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OK = 0, INVALID = 2, UNSUPPORTED = 3, NOT_FOUND = 6, TIMEOUT = 10, LOST = 15 };
#define MAX_GPUS 64

typedef struct { char legacy[16]; unsigned domain, bus, device, id, subsystem; char text[32]; } pci_t;
typedef struct { unsigned pid; unsigned long long used; unsigned gpu, compute; } process_t;
typedef struct { unsigned long long total, free, used; } memory_t;
typedef struct { unsigned version; unsigned long long total, reserved, free, used; } memory_v2_t;
typedef struct { unsigned char cluster[16]; int status; unsigned clique; unsigned char state; } fabric_t;
typedef struct { void *device; unsigned long long type, data; unsigned gpu, compute; } event_t;

/* A handle: GPU index + 1, and above that MIG instance + 1. */
static void *handle(int gpu, int mig) { return (void *)(size_t)((gpu + 1) | (mig + 1) << 8); }
static int gpu_of(void *device) { return (int)((size_t)device & 0xff) - 1; }
static int mig_of(void *device) { return (int)((size_t)device >> 8) - 1; }

static const char *machine(void) {
    static __thread char path[4096];
    const char *named = getenv("BUSBAR_NVML_MACHINE");
    Dl_info self;
    if (named) return named;
    if (!dladdr((void *)machine, &self)) return "";
    snprintf(path, sizeof path, "%s", self.dli_fname);
    char *slash = strrchr(path, '/');
    snprintf(slash ? slash + 1 : path, 64, "machine.txt");
    return path;
}

/* The file's text, read anew when there is another file: a stand-in that parsed it at each call would cost more than
 * the agent that asks. */
static const char *text(void) {
    static __thread char *kept;
    static __thread struct stat of;
    struct stat now;
    if (stat(machine(), &now)) return "";
    if (!kept || now.st_ino != of.st_ino || now.st_mtim.tv_nsec != of.st_mtim.tv_nsec) {
        FILE *file = fopen(machine(), "r");
        if (!file) return "";
        free(kept);
        kept = calloc(1, (size_t)now.st_size + 1);
        if (fread(kept, 1, (size_t)now.st_size, file) == 0) kept[0] = 0;
        fclose(file);
        of = now;
    }
    return kept;
}

/* Calls see(line, into) for each line that starts with the word, until it returns nonzero; returns that. */
static int each(const char *word, int (*see)(const char *line, void *into), void *into) {
    char line[512];
    int seen = 0;
    size_t length = strlen(word);
    for (const char *at = text(); *at && !seen;) {
        size_t end = strcspn(at, "\n");
        if (!strncmp(at, word, length)) {
            snprintf(line, sizeof line, "%.*s", (int)end, at);
            seen = see(line, into);
        }
        at += end + (at[end] == '\n');
    }
    return seen;
}

static int hangs(const char *line, void *name) {
    char found[64];
    return sscanf(line, "hang %63s", found) == 1 && !strcmp(found, name);
}
#define ENTER if (each("hang ", hangs, (void *)__func__)) for (;;) pause()

struct gpu { int index; char uuid[96], bus[32], product[96]; unsigned long long mib, used; };
static int find_gpu(const char *line, void *into) {
    struct gpu *g = into, f = {0};
    if (sscanf(line, "gpu %d %95s %31s %llu %llu %95[^\n]", &f.index, f.uuid, f.bus, &f.mib, &f.used, f.product) < 5)
        return 0;
    if (f.index != g->index) return 0;
    *g = f;
    return 1;
}
static int find_lost(const char *line, void *into) {
    int lost;
    return sscanf(line, "lost %d", &lost) == 1 && lost == *(int *)into;
}
static int gpu(int index, struct gpu *g) {
    memset(g, 0, sizeof *g);
    g->index = index;
    if (each("lost ", find_lost, &index)) return LOST;
    return each("gpu ", find_gpu, g) ? OK : INVALID;
}

struct mig { int gpu, nth; char uuid[96], profile[32]; unsigned long long mib; };
static int find_mig(const char *line, void *into) {
    struct mig *m = into, f;
    if (sscanf(line, "mig %d %95s %llu %31s", &f.gpu, f.uuid, &f.mib, f.profile) != 4 || f.gpu != m->gpu) return 0;
    if (m->nth-- > 0) return 0;
    *m = f;
    return 1;
}
static int mig(int gpu, int nth, struct mig *m) {
    m->gpu = gpu;
    m->nth = nth;
    return each("mig ", find_mig, m) ? OK : NOT_FOUND;
}

static void pci(const char *bus, pci_t *out) {
    memset(out, 0, sizeof *out);
    sscanf(bus, "%x:%x:%x", &out->domain, &out->bus, &out->device);
    snprintf(out->text, sizeof out->text, "%s", bus);
}

int nvmlInit_v2(void) { ENTER; return access(machine(), R_OK) ? 9 : OK; }
int nvmlShutdown(void) { return OK; }
int nvmlSystemGetDriverVersion(char *out, unsigned size) { snprintf(out, size, "stand-in"); return OK; }

static int count_gpus(const char *line, void *into) { *(unsigned *)into += !strncmp(line, "gpu ", 4); return 0; }
static int count_lie(const char *line, void *into) { return sscanf(line, "count %u", (unsigned *)into) == 1; }
int nvmlDeviceGetCount_v2(unsigned *out) {
    ENTER;
    *out = 0;
    each("gpu ", count_gpus, out);
    each("count ", count_lie, out);
    return OK;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **out) {
    ENTER;
    struct gpu g;
    *out = handle((int)index, -1);
    return gpu((int)index, &g);
}
int nvmlDeviceGetUUID(void *device, char *out, unsigned size) {
    ENTER;
    struct gpu g;
    struct mig m;
    if (mig_of(device) >= 0) {
        mig(gpu_of(device), mig_of(device), &m);
        snprintf(out, size, "%s", m.uuid);
        return OK;
    }
    int code = gpu(gpu_of(device), &g);
    snprintf(out, size, "%s", g.uuid);
    return code;
}
int nvmlDeviceGetName(void *device, char *out, unsigned size) {
    ENTER;
    struct gpu g;
    struct mig m;
    int code = gpu(gpu_of(device), &g);
    if (mig_of(device) >= 0 && !mig(gpu_of(device), mig_of(device), &m))
        snprintf(out, size, "%s MIG %s", g.product, m.profile);
    else
        snprintf(out, size, "%s", g.product);
    return code;
}
int nvmlDeviceGetPciInfo_v3(void *device, pci_t *out) {
    ENTER;
    struct gpu g;
    int code = gpu(gpu_of(device), &g);
    pci(g.bus, out);
    return code;
}
/* Where two devices meet, as NVML numbers it: one switch, several, a host bridge, a NUMA node, the system. */
struct place { const char *bus; int numa; char path[256]; };
static int find_place(const char *line, void *into) {
    struct place *p = into, f;
    char bus[32];
    if (sscanf(line, "pci %31s %*s %d %255s", bus, &f.numa, f.path) != 3 || strcmp(bus, p->bus)) return 0;
    f.bus = p->bus;
    *p = f;
    return 1;
}
static int steps(const char *path) {
    int slashes = 0;
    while ((path = strchr(path, '/'))) slashes++, path++;
    return slashes;
}
int nvmlDeviceGetTopologyCommonAncestor(void *one, void *other, int *level) {
    ENTER;
    struct gpu g, h;
    if (gpu(gpu_of(one), &g) || gpu(gpu_of(other), &h)) return LOST;
    struct place a = {g.bus}, b = {h.bus};
    *level = 50;
    if (!each("pci ", find_place, &a) || !each("pci ", find_place, &b)) return OK;
    size_t same = 0, shared = 0;
    for (size_t i = 0; a.path[i] && a.path[i] == b.path[i]; i++)
        if (a.path[i] == '/') same++, shared = i;
    if (same == 0) *level = a.numa == b.numa && a.numa >= 0 ? 40 : 50;
    else if (same == 1) *level = 30;
    else *level = steps(a.path + shared + 1) <= 1 && steps(b.path + shared + 1) <= 1 ? 10 : 20;
    return OK;
}
static int memory(void *device, unsigned long long *total, unsigned long long *used) {
    struct gpu g;
    struct mig m;
    int code = gpu(gpu_of(device), &g);
    *total = g.mib << 20;
    *used = g.used << 20;
    if (mig_of(device) >= 0 && !mig(gpu_of(device), mig_of(device), &m)) *total = m.mib << 20;
    return code;
}
int nvmlDeviceGetMemoryInfo(void *device, memory_t *out) {
    ENTER;
    int code = memory(device, &out->total, &out->used);
    out->free = out->total - out->used;
    return code;
}

typedef struct { unsigned gpu, memory; } use_t;
struct busy { int gpu; unsigned percent; };
static int find_busy(const char *line, void *into) {
    struct busy *b = into, f;
    if (sscanf(line, "busy %d %u", &f.gpu, &f.percent) != 2 || f.gpu != b->gpu) return 0;
    *b = f;
    return 1;
}
int nvmlDeviceGetUtilizationRates(void *device, use_t *out) {
    ENTER;
    struct busy b = {gpu_of(device), 0};
    each("busy ", find_busy, &b);
    out->gpu = b.percent;
    out->memory = 0;
    return OK;
}

struct link { int gpu, number, first, last; char type[8], state[8], bus[32]; };
static int find_link(const char *line, void *into) {
    struct link *l = into, f;
    if (sscanf(line, "link %d %d-%d %7s %7s %31s", &f.gpu, &f.first, &f.last, f.type, f.state, f.bus) != 6) return 0;
    if (f.gpu != l->gpu || l->number < f.first || l->number > f.last) return 0;
    *l = f;
    return 1;
}
static int link_of(void *device, unsigned number, struct link *l) {
    struct gpu g;
    int code = gpu(gpu_of(device), &g);
    if (code) return code;
    l->gpu = g.index;
    l->number = (int)number;
    return each("link ", find_link, l) ? OK : INVALID;
}
int nvmlDeviceGetNvLinkState(void *device, unsigned number, unsigned *active) {
    ENTER;
    struct link l;
    int code = link_of(device, number, &l);
    if (code == OK) *active = !strcmp(l.state, "up");
    return code;
}
int nvmlDeviceGetNvLinkRemotePciInfo_v2(void *device, unsigned number, pci_t *out) {
    ENTER;
    struct link l;
    int code = link_of(device, number, &l);
    if (code == OK) pci(l.bus, out);
    return code;
}

#ifndef OLD_DRIVER
int nvmlDeviceGetNvLinkRemoteDeviceType(void *device, unsigned number, unsigned *type) {
    ENTER;
    struct link l;
    int code = link_of(device, number, &l);
    if (code == OK) *type = !strcmp(l.type, "gpu") ? 0 : 2;
    return code;
}
int nvmlDeviceGetMemoryInfo_v2(void *device, memory_v2_t *out) {
    ENTER;
    if (out->version != (sizeof *out | 2u << 24)) return 25;
    int code = memory(device, &out->total, &out->used);
    out->reserved = 0;
    out->free = out->total - out->used;
    return code;
}

static int find_process(const char *line, void *into) {
    struct { int gpu; unsigned room, found; process_t *list; } *all = into;
    int on;
    unsigned pid;
    unsigned long long mib;
    if (sscanf(line, "process %d %u %llu", &on, &pid, &mib) == 3 && on == all->gpu && all->found < all->room)
        all->list[all->found++] = (process_t){pid, mib << 20, ~0u, ~0u};
    return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *device, unsigned *count, process_t *list) {
    ENTER;
    struct { int gpu; unsigned room, found; process_t *list; } all = {gpu_of(device), *count, 0, list};
    each("process ", find_process, &all);
    *count = all.found;
    return OK;
}

static int count_mig(const char *line, void *into) {
    int on;
    ((int *)into)[1] += sscanf(line, "mig %d", &on) == 1 && on == *(int *)into;
    return 0;
}
static int find_migmode(const char *line, void *into) {
    int on;
    return sscanf(line, "migmode %d", &on) == 1 && on == *(int *)into;
}
int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending) {
    ENTER;
    int counted[2] = {gpu_of(device), 0};
    each("mig ", count_mig, counted);
    *current = *pending = counted[1] > 0 || each("migmode ", find_migmode, counted);
    return OK;
}
int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *count) { (void)device; *count = 7; return OK; }
int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned nth, void **out) {
    ENTER;
    struct mig m;
    *out = handle(gpu_of(device), (int)nth);
    return mig(gpu_of(device), (int)nth, &m);
}

static int find_fabric(const char *line, void *into) {
    fabric_t *fabric = into;
    char uuid[64];
    if (sscanf(line, "fabric %63s %u", uuid, &fabric->clique) != 2) return 0;
    int byte = 0;
    for (char *c = uuid; *c && byte < 16; c++)
        if (*c != '-') {
            unsigned value;
            sscanf(c, "%2x", &value);
            fabric->cluster[byte++] = (unsigned char)value;
            c++;
        }
    fabric->state = 3;
    return 1;
}
int nvmlDeviceGetGpuFabricInfo(void *device, fabric_t *out) {
    ENTER;
    (void)device;
    memset(out, 0, sizeof *out);
    return each("fabric ", find_fabric, out) ? OK : UNSUPPORTED;
}
#endif

int nvmlEventSetCreate(void **set) { ENTER; *set = (void *)1; return OK; }
int nvmlDeviceRegisterEvents(void *device, unsigned long long types, void *set) {
    (void)device; (void)types; (void)set;
    return OK;
}
/* Each xid line is told once, in the order of the file. */
static int find_xid(const char *line, void *into) {
    struct { event_t *event; int skip; } *next = into;
    int on;
    if (sscanf(line, "xid %d %llu", &on, &next->event->data) != 2 || next->skip-- > 0) return 0;
    next->event->device = handle(on, -1);
    next->event->type = 8;
    return 1;
}
int nvmlEventSetWait_v2(void *set, event_t *out, unsigned milliseconds) {
    ENTER;
    static int told;
    (void)set;
    for (unsigned waited = 0; waited <= milliseconds; waited += 200) {
        struct { event_t *event; int skip; } next = {out, told};
        memset(out, 0, sizeof *out);
        if (each("xid ", find_xid, &next)) return told++, OK;
        usleep(200000);
    }
    return TIMEOUT;
}
