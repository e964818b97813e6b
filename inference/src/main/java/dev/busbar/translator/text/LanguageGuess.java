package dev.busbar.translator.text;

import com.github.pemistahl.lingua.api.IsoCode639_1;
import com.github.pemistahl.lingua.api.Language;
import com.github.pemistahl.lingua.api.LanguageDetector;
import com.github.pemistahl.lingua.api.LanguageDetectorBuilder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Guesses the language of a text; between few languages it is both surer and smaller. */
public final class LanguageGuess {
    /** Always among the candidates, so that a text in none of the served languages is not forced into one. */
    private static final Set<String> COMMON = Set.of("de", "en", "es", "fr", "it", "ja", "ru", "zh");

    /** More tells no more about the language. */
    private static final int ENOUGH_CHARACTERS = 1000;

    private final LanguageDetector detector;

    public LanguageGuess(Collection<String> served) {
        Set<String> codes = new TreeSet<>(COMMON);
        served.forEach(code -> codes.add(code.toLowerCase(Locale.ROOT).split("[-_]", 2)[0]));
        List<IsoCode639_1> known = Arrays.stream(IsoCode639_1.values())
                .filter(code -> code != IsoCode639_1.NONE && codes.contains(code.toString()))
                .toList();
        detector = LanguageDetectorBuilder.fromIsoCodes639_1(known.toArray(IsoCode639_1[]::new))
                .build();
    }

    /** A language and how near it comes to the likeliest, which has 100. */
    public record Guess(String language, double confidence) {}

    /** Best first; empty for a text without letters. */
    public List<Guess> of(String text) {
        String head = text.length() > ENOUGH_CHARACTERS ? text.substring(0, ENOUGH_CHARACTERS) : text;
        Map<Language, Double> values = detector.computeLanguageConfidenceValues(head);
        return values.entrySet().stream()
                .sorted(Map.Entry.<Language, Double>comparingByValue().reversed())
                .map(entry -> new Guess(
                        entry.getKey().getIsoCode639_1().toString(), Math.round(1000 * entry.getValue()) / 10.0))
                .toList();
    }
}
