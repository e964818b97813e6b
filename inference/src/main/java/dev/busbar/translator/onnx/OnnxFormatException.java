package dev.busbar.translator.onnx;

/** An ONNX file that is broken, or says something this package cannot read. */
public final class OnnxFormatException extends RuntimeException {
    public OnnxFormatException(String message) {
        super(message);
    }
}
