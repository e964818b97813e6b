package dev.busbar.translator.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTML or XML as a row of runs: text to translate, and markup that stays as it is. What is never closed stays text, so
 * that no input is an error and nothing is lost.
 */
public final class Markup {
    /** Inside these nothing is translated. */
    private static final Set<String> UNTRANSLATED = Set.of("script", "style", "code", "pre", "svg", "math", "noscript");

    /** No angle bracket outside quotes, so that a search for a tag's end never goes far; few attributes, nor deep. */
    private static final Pattern TAG =
            Pattern.compile("<[!?][^<>]*>|</?(?<name>[a-zA-Z][\\w:.-]*)(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+'){0,400}+>");

    private static final Pattern ENTITY = Pattern.compile(
            "&(?:#(?<decimal>\\d{1,7})|#[xX](?<hex>[0-9a-fA-F]{1,6})|(?<name>amp|lt|gt|quot|apos|nbsp));");

    private Markup() {}

    /** A run of the document. */
    public sealed interface Run {
        /** Text with its entities resolved. */
        record Text(String text) implements Run {}

        record Verbatim(String markup) implements Run {}
    }

    public static List<Run> parse(String html) {
        return new Parser(html).runs();
    }

    /** Goes through a document once, also where it is made to make searches long. */
    private static final class Parser {
        private final String html;
        private final Matcher tag;
        private final int lastComment;
        private final int lastData;
        private final List<Run> runs = new ArrayList<>();

        /** How many characters searches for the ends of elements may still look at. */
        private long patience;

        Parser(String html) {
            this.html = html;
            tag = TAG.matcher(html);
            lastComment = html.lastIndexOf("-->");
            lastData = html.lastIndexOf("]]>");
            patience = 16L * html.length();
        }

        List<Run> runs() {
            int textStart = 0;
            int place = html.indexOf('<');
            while (place >= 0) {
                int end = markupEnd(place);
                if (end > place) {
                    addText(html.substring(textStart, place), runs);
                    runs.add(new Run.Verbatim(html.substring(place, end)));
                    textStart = end;
                }
                place = html.indexOf('<', Math.max(end, place + 1));
            }
            addText(html.substring(textStart), runs);
            return runs;
        }

        /** Where the markup that begins here ends; here, when it is none. */
        private int markupEnd(int place) {
            if (html.startsWith("<!--", place) && lastComment >= place + 4) {
                return html.indexOf("-->", place + 4) + 3;
            }
            if (html.startsWith("<![CDATA[", place) && lastData > place) {
                return html.indexOf("]]>", place) + 3;
            }
            tag.region(place, html.length());
            return tag.lookingAt() ? elementEnd() : place;
        }

        /** The end of the tag, or of the whole element where that is not to be translated. */
        private int elementEnd() {
            String name = tag.group("name");
            boolean opens = name != null && html.charAt(tag.start() + 1) != '/' && html.charAt(tag.end() - 2) != '/';
            if (!opens || !(UNTRANSLATED.contains(name.toLowerCase(Locale.ROOT)) || refusesTranslation(tag.group()))) {
                return tag.end();
            }
            Matcher inner = Pattern.compile("<(/?)" + Pattern.quote(name) + "\\b[^<>]*>", Pattern.CASE_INSENSITIVE)
                    .matcher(html);
            int depth = 1;
            int place = tag.end();
            while (depth > 0 && patience > 0 && inner.find(place)) {
                depth += inner.group(1).isEmpty() ? 1 : -1;
                patience -= inner.end() - place;
                place = inner.end();
            }
            if (depth > 0) {
                patience -= html.length() - place;
                return tag.end();
            }
            return place;
        }
    }

    private static boolean refusesTranslation(String tag) {
        return tag.contains("translate=\"no\"") || tag.contains("notranslate");
    }

    private static void addText(String raw, List<Run> runs) {
        if (raw.isEmpty()) {
            return;
        }
        String text = resolve(raw);
        int start = 0;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        int end = text.length();
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        if (start > 0) {
            runs.add(new Run.Verbatim(text.substring(0, start)));
        }
        if (end > start) {
            runs.add(new Run.Text(text.substring(start, end)));
        }
        if (end < text.length()) {
            runs.add(new Run.Verbatim(text.substring(end)));
        }
    }

    private static String resolve(String raw) {
        return ENTITY.matcher(raw).replaceAll(entity -> {
            Matcher matched = (Matcher) entity;
            if (matched.group("name") != null) {
                return Matcher.quoteReplacement(named(matched.group("name")));
            }
            int code = matched.group("decimal") != null
                    ? Integer.parseInt(matched.group("decimal"))
                    : Integer.parseInt(matched.group("hex"), 16);
            return Matcher.quoteReplacement(
                    Character.isValidCodePoint(code) ? Character.toString(code) : entity.group());
        });
    }

    private static String named(String name) {
        return switch (name) {
            case "amp" -> "&";
            case "lt" -> "<";
            case "gt" -> ">";
            case "quot" -> "\"";
            case "apos" -> "'";
            default -> "\u00a0";
        };
    }

    /** Text as it may stand between tags. */
    public static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
