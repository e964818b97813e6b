package dev.busbar.translator.token;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a SentencePiece model file holds; the numbers are the field numbers of sentencepiece_model.proto. */
record SpmModel(List<Piece> pieces, Algorithm algorithm, boolean byteFallback, SpmNormalizer normalizer) {
    /** How pieces are chosen. */
    enum Algorithm {
        UNIGRAM,
        BPE
    }

    /** What a piece is, in the order of the file format's numbers, which begin at 1. */
    enum Kind {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE
    }

    private static final List<Kind> KINDS = List.of(Kind.values());

    record Piece(String text, float score, Kind kind) {}

    static SpmModel read(Path file) {
        try {
            return new Reader(file).read(ByteString.copyFrom(Files.readAllBytes(file)));
        } catch (IOException broken) {
            throw new UncheckedIOException("%s: %s".formatted(file, broken.getMessage()), broken);
        }
    }

    private static final class Reader {
        private final Path file;
        private final List<Piece> pieces = new ArrayList<>();
        private int algorithm = 1;
        private boolean byteFallback;
        private ByteString charsMap = ByteString.EMPTY;
        private boolean dummyPrefix = true;
        private boolean removeExtraSpaces = true;
        private boolean escapeSpaces = true;
        private boolean spaceAsSuffix;

        Reader(Path file) {
            this.file = file;
        }

        SpmModel read(ByteString bytes) throws IOException {
            fields(bytes, (field, in) -> {
                switch (field) {
                    case 1 -> piece(in.readBytes());
                    case 2 -> trainer(in.readBytes());
                    case 3 -> normalizer(in.readBytes());
                    default -> in.skipField(in.getLastTag());
                }
            });
            if (pieces.isEmpty()) {
                throw new BadModelFolder(file, "the file", "without pieces", "a SentencePiece model");
            }
            if (algorithm > 2) {
                throw new BadModelFolder(file, "trainer_spec.model_type", algorithm, "1 (unigram) or 2 (bpe)");
            }
            if (spaceAsSuffix || !escapeSpaces) {
                throw new BadModelFolder(file, "the treatment of spaces", "unusual", "escaped, as prefix");
            }
            return new SpmModel(
                    pieces,
                    algorithm == 1 ? Algorithm.UNIGRAM : Algorithm.BPE,
                    byteFallback,
                    new SpmNormalizer(charsMap.toByteArray(), dummyPrefix, removeExtraSpaces, userDefined()));
        }

        private List<String> userDefined() {
            return pieces.stream()
                    .filter(piece -> piece.kind() == Kind.USER_DEFINED)
                    .map(Piece::text)
                    .toList();
        }

        private void piece(ByteString bytes) throws IOException {
            String[] text = {""};
            float[] score = {0};
            int[] kind = {1};
            fields(bytes, (field, in) -> {
                switch (field) {
                    case 1 -> text[0] = in.readString();
                    case 2 -> score[0] = in.readFloat();
                    case 3 -> kind[0] = in.readEnum();
                    default -> in.skipField(in.getLastTag());
                }
            });
            if (kind[0] < 1 || kind[0] > KINDS.size()) {
                throw new BadModelFolder(file, "the type of piece " + text[0], kind[0], "1 to 6");
            }
            pieces.add(new Piece(text[0], score[0], KINDS.get(kind[0] - 1)));
        }

        private void trainer(ByteString bytes) throws IOException {
            fields(bytes, (field, in) -> {
                switch (field) {
                    case 3 -> algorithm = in.readEnum();
                    case 24 -> spaceAsSuffix = in.readBool();
                    case 35 -> byteFallback = in.readBool();
                    default -> in.skipField(in.getLastTag());
                }
            });
        }

        private void normalizer(ByteString bytes) throws IOException {
            fields(bytes, (field, in) -> {
                switch (field) {
                    case 2 -> charsMap = in.readBytes();
                    case 3 -> dummyPrefix = in.readBool();
                    case 4 -> removeExtraSpaces = in.readBool();
                    case 5 -> escapeSpaces = in.readBool();
                    default -> in.skipField(in.getLastTag());
                }
            });
        }

        private interface FieldReader {
            void read(int field, CodedInputStream in) throws IOException;
        }

        private static void fields(ByteString bytes, FieldReader reader) throws IOException {
            CodedInputStream in = bytes.newCodedInput();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                reader.read(WireFormat.getTagFieldNumber(tag), in);
            }
        }
    }
}
