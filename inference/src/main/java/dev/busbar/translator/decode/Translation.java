package dev.busbar.translator.decode;

/** What the search found for one sentence: its tokens without the end, the score it was ranked by, and why it stopped. */
@SuppressWarnings("ArrayRecordComponent") // made once, read often, changed never
public record Translation(int[] tokens, double score, Ending ending) {
    /** Why a translation has no more tokens. */
    public enum Ending {
        END,
        LENGTH,
        ABANDONED
    }
}
