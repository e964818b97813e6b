package dev.busbar.translator.text;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Cuts a text into sentences and puts translated ones together again; line breaks stay where they were. */
public final class SentenceSplitter {
    /** Behind these a full stop ends no sentence. */
    private static final Set<String> ABBREVIATIONS = Set.of(
            "mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "etc.", "e.g.", "i.e.", "no.", "fig.", "approx.",
            "inc.", "ltd.", "co.", "bzw.", "z.b.", "d.h.", "usw.", "ca.", "nr.", "str.");

    private static final Set<String> WITHOUT_SPACES = Set.of("zh", "ja", "th", "lo", "km", "my");
    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    /** Longer than this no sentence stays whole: a model has positions for a few hundred tokens only. */
    private static final int MAX_CHARACTERS = 600;

    private SentenceSplitter() {}

    /** A sentence, and the line breaks behind it; blank pieces have an empty sentence. */
    public record Piece(String sentence, String lineBreaks) {}

    /** Which breaks end a sentence. */
    public enum Mode {
        SENTENCES_AND_LINES,
        SENTENCES,
        NONE
    }

    public static List<Piece> split(String text, String language, Mode mode) {
        List<Piece> pieces = new ArrayList<>();
        switch (mode) {
            case NONE -> pieces.add(new Piece(text.strip(), ""));
            case SENTENCES -> addSentences(LINE_BREAK.matcher(text).replaceAll(" "), language, "", pieces);
            case SENTENCES_AND_LINES -> {
                var lineBreak = LINE_BREAK.matcher(text);
                int place = 0;
                while (lineBreak.find()) {
                    addSentences(text.substring(place, lineBreak.start()), language, lineBreak.group(), pieces);
                    place = lineBreak.end();
                }
                addSentences(text.substring(place), language, "", pieces);
            }
        }
        return pieces;
    }

    /** The translations of the pieces as one text in the target language. */
    public static String join(List<Piece> pieces, List<String> translations, String targetLanguage) {
        String gap = WITHOUT_SPACES.contains(base(targetLanguage)) ? "" : " ";
        StringBuilder text = new StringBuilder();
        boolean atStart = true;
        for (int i = 0; i < pieces.size(); i++) {
            String translation = translations.get(i);
            if (!atStart && !translation.isEmpty()) {
                text.append(gap);
            }
            text.append(translation).append(pieces.get(i).lineBreaks());
            atStart = translation.isEmpty() ? atStart : false;
            if (!pieces.get(i).lineBreaks().isEmpty()) {
                atStart = true;
            }
        }
        return text.toString();
    }

    private static void addSentences(String line, String language, String lineBreak, List<Piece> into) {
        List<String> sentences = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.of(base(language)));
        breaks.setText(line);
        int start = 0;
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            String sentence = line.substring(start, end);
            if (end < line.length() && endsWithAbbreviation(sentence)) {
                continue;
            }
            start = end;
            addShort(sentence.strip(), sentences);
        }
        if (start < line.length()) {
            addShort(line.substring(start).strip(), sentences);
        }
        sentences.removeIf(String::isEmpty);
        if (sentences.isEmpty()) {
            into.add(new Piece("", lineBreak));
        }
        for (int i = 0; i < sentences.size(); i++) {
            into.add(new Piece(sentences.get(i), i == sentences.size() - 1 ? lineBreak : ""));
        }
    }

    private static boolean endsWithAbbreviation(String sentence) {
        String stripped = sentence.stripTrailing();
        String last = stripped.substring(stripped.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
        return ABBREVIATIONS.contains(last);
    }

    private static void addShort(String sentence, List<String> into) {
        String rest = sentence;
        while (rest.length() > MAX_CHARACTERS) {
            int cut = cut(rest);
            into.add(rest.substring(0, cut).strip());
            rest = rest.substring(cut).strip();
        }
        into.add(rest);
    }

    private static int cut(String text) {
        for (int i = MAX_CHARACTERS - 1; i > MAX_CHARACTERS / 3; i--) {
            if (",;:，；：、".indexOf(text.charAt(i)) >= 0) {
                return i + 1;
            }
        }
        int space = text.lastIndexOf(' ', MAX_CHARACTERS - 1);
        if (space > MAX_CHARACTERS / 3) {
            return space;
        }
        return Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS;
    }

    private static String base(String language) {
        int end = 0;
        while (end < language.length() && Character.isLetter(language.charAt(end))) {
            end++;
        }
        return language.substring(0, end).toLowerCase(Locale.ROOT);
    }
}
