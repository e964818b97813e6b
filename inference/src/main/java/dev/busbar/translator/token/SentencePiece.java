package dev.busbar.translator.token;

import dev.busbar.translator.token.SpmModel.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A SentencePiece model at work, in Java alone: text to pieces by unigram or byte-pair choice, and pieces to text. */
final class SentencePiece {
    private final SpmModel model;
    private final PieceChooser chooser;
    private final Map<String, Integer> ids = new HashMap<>();
    private final int unknown;

    private SentencePiece(Path file, SpmModel model) {
        this.model = model;
        int unknownPiece = -1;
        for (int i = 0; i < model.pieces().size(); i++) {
            ids.putIfAbsent(model.pieces().get(i).text(), i);
            if (model.pieces().get(i).kind() == Kind.UNKNOWN) {
                unknownPiece = i;
            }
        }
        if (unknownPiece < 0) {
            throw new BadModelFolder(file, "the unknown piece", "missing", "one piece of type UNKNOWN");
        }
        unknown = unknownPiece;
        chooser = switch (model.algorithm()) {
            case UNIGRAM -> new UnigramChooser(model.pieces(), unknown);
            case BPE -> new BytePairChooser(model.pieces(), unknown);
        };
    }

    static SentencePiece read(Path file) {
        return new SentencePiece(file, SpmModel.read(file));
    }

    List<SpmModel.Piece> pieces() {
        return model.pieces();
    }

    int unknown() {
        return unknown;
    }

    /** The piece ids of a text; a run of unknown characters is one unknown piece, or their bytes where the model has those. */
    int[] encode(String text) {
        String normalized = model.normalizer().normalize(text);
        List<PieceChooser.Choice> choices = chooser.choose(normalized);
        int[] out = new int[normalized.length() * 4 + 1];
        int size = 0;
        boolean afterUnknown = false;
        for (PieceChooser.Choice choice : choices) {
            boolean isUnknown = choice.piece() == unknown;
            if (isUnknown && model.byteFallback()) {
                String surface = normalized.substring(choice.start(), choice.end());
                for (byte b : surface.getBytes(StandardCharsets.UTF_8)) {
                    out[size++] = ids.getOrDefault("<0x%02X>".formatted(b & 0xff), unknown);
                }
            } else if (!isUnknown || !afterUnknown) {
                out[size++] = choice.piece();
            }
            afterUnknown = isUnknown;
        }
        return java.util.Arrays.copyOf(out, size);
    }

    /** Text from pieces by their texts; control and unknown pieces say nothing. */
    static String decode(List<String> pieces) {
        StringBuilder out = new StringBuilder();
        List<Byte> bytes = new ArrayList<>();
        for (String piece : pieces) {
            if (piece.length() == 6 && piece.startsWith("<0x") && piece.endsWith(">")) {
                bytes.add((byte) Integer.parseInt(piece.substring(3, 5), 16));
                continue;
            }
            flush(bytes, out);
            out.append(piece.replace(SpmNormalizer.SPACE, ' '));
        }
        flush(bytes, out);
        return out.toString().strip();
    }

    private static void flush(List<Byte> bytes, StringBuilder out) {
        if (bytes.isEmpty()) {
            return;
        }
        byte[] array = new byte[bytes.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = bytes.get(i);
        }
        out.append(new String(array, StandardCharsets.UTF_8));
        bytes.clear();
    }
}
