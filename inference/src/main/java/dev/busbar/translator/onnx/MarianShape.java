package dev.busbar.translator.onnx;

/** The sizes of a transformer of the Marian and M2M100 families, and the two things in which these differ. */
public record MarianShape(
        int vocabulary,
        int width,
        int heads,
        int inner,
        int encoderLayers,
        int decoderLayers,
        int positions,
        Norm norm,
        Activation activation) {
    /** Whether a block's output is normalised (Marian) or its input (M2M100). */
    public enum Norm {
        AFTER,
        BEFORE
    }

    /** What the feed-forward block does between its two products. */
    public enum Activation {
        SWISH,
        RELU
    }

    /** The shape of opus-mt models: 74 million parameters. */
    public static final MarianShape OPUS_MT =
            new MarianShape(58101, 512, 8, 2048, 6, 6, 512, Norm.AFTER, Activation.SWISH);

    public MarianShape {
        if (width % heads != 0) {
            throw new IllegalArgumentException("width (%d) must be a multiple of heads (%d)".formatted(width, heads));
        }
    }

    public int headWidth() {
        return width / heads;
    }
}
