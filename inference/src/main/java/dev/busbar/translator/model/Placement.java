package dev.busbar.translator.model;

/** The devices of one copy of a model: usually one; or its encoder works on one and its decoder on another. */
public record Placement(Device encoder, Device decoder) {
    public static Placement on(Device device) {
        return new Placement(device, device);
    }

    /** Whether what the encoder gives has to be carried to the decoder's device. */
    boolean isApart() {
        return !encoder.equals(decoder);
    }
}
