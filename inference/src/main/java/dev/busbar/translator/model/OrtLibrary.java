package dev.busbar.translator.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The ONNX Runtime library of Microsoft's jar, reached without its Java classes, which have no input-output binding.
 *
 * <p>The C interface is one table of functions to which new ones are only ever appended, so that a function's index holds
 * for good.
 */
@SuppressWarnings("restricted")
final class OrtLibrary {
    /** The interface version asked for: the oldest that has all functions used here. */
    private static final int API_VERSION = 17;

    /** A folder with the natives, for images whose file system is read-only; without it they are unpacked to a temporary one. */
    private static final String FOLDER_PROPERTY = "translator.natives";

    private static final AddressLayout TABLE = ValueLayout.ADDRESS.withTargetLayout(
            java.lang.foreign.MemoryLayout.sequenceLayout(400, ValueLayout.ADDRESS));

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemorySegment API = load();

    private OrtLibrary() {}

    static MethodHandle function(int index, FunctionDescriptor signature) {
        return LINKER.downcallHandle(API.getAtIndex(ValueLayout.ADDRESS, index), signature);
    }

    private static MemorySegment load() {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library(), Arena.global());
        MethodHandle base =
                LINKER.downcallHandle(symbols.find("OrtGetApiBase").orElseThrow(), FunctionDescriptor.of(TABLE));
        try {
            MemorySegment apiBase = (MemorySegment) base.invokeExact();
            MethodHandle getApi = LINKER.downcallHandle(
                    apiBase.getAtIndex(ValueLayout.ADDRESS, 0), FunctionDescriptor.of(TABLE, ValueLayout.JAVA_INT));
            MemorySegment api = (MemorySegment) getApi.invokeExact(API_VERSION);
            if (api.address() == 0) {
                throw new IllegalStateException("this ONNX Runtime is older than interface version " + API_VERSION);
            }
            return api;
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("ONNX Runtime cannot be loaded", failure);
        }
    }

    private static Path library() {
        String name = System.mapLibraryName("onnxruntime");
        String given = System.getProperty(FOLDER_PROPERTY, System.getenv("TRANSLATOR_NATIVES"));
        if (given != null) {
            return Path.of(given, name);
        }
        try {
            return unpack(name);
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "ONNX Runtime cannot be unpacked to %s: %s\nMaybe set -D%s to a folder that holds %s"
                            .formatted(
                                    System.getProperty("java.io.tmpdir"), failure.getMessage(), FOLDER_PROPERTY, name),
                    failure);
        }
    }

    private static Path unpack(String name) throws IOException {
        Path folder = Files.createTempDirectory("translator-natives");
        folder.toFile().deleteOnExit();
        String resources = "/ai/onnxruntime/native/" + platform() + "/";
        // The provider libraries are in the GPU jar only; the runtime looks for them beside itself.
        for (String file : List.of(name, "libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so")) {
            try (InputStream in = OrtLibrary.class.getResourceAsStream(resources + file)) {
                if (in != null) {
                    Path target = folder.resolve(file);
                    target.toFile().deleteOnExit();
                    Files.copy(in, target);
                } else if (file.equals(name)) {
                    throw new IOException("the jar has no ONNX Runtime for " + platform());
                }
            }
        }
        return folder.resolve(name);
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch");
        String os = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
        return os + "-" + (machine.equals("amd64") || machine.equals("x86_64") ? "x64" : machine);
    }
}
