package dev.busbar.translator.model;

/** What ONNX Runtime says when it refuses something, in its own words. */
final class OrtException extends RuntimeException {
    OrtException(String message) {
        super(message);
    }
}
