package dev.busbar.translator.token;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens by which a model is told a language, found by the codes people write.
 *
 * <p>Families write them differently: {@code __de__} (M2M100), {@code deu_Latn} (NLLB), {@code >>deu<<} (Marian with
 * several targets), {@code de_DE} (mBART).
 */
final class LanguageTokens {
    private static final Pattern FORM = Pattern.compile(
            "__(?<m2m>[a-z]{2,3})__|>>(?<marian>[a-zA-Z_]+)<<|(?<nllb>[a-z]{3}_[A-Z][a-z]{3})|(?<mbart>[a-z]{2}_[A-Z]{2})");

    /** Where a three-letter code names one language of a group that a two-letter code means as a whole. */
    private static final Map<String, String> MEMBER_OF_GROUP = Map.ofEntries(
            Map.entry("ar", "arb"),
            Map.entry("az", "azj"),
            Map.entry("et", "est"),
            Map.entry("fa", "pes"),
            Map.entry("lv", "lvs"),
            Map.entry("mg", "plt"),
            Map.entry("mn", "khk"),
            Map.entry("ms", "zsm"),
            Map.entry("no", "nob"),
            Map.entry("ps", "pbt"),
            Map.entry("sq", "als"),
            Map.entry("uz", "uzn"),
            Map.entry("yi", "ydd"));

    private final Map<String, Integer> idByCode = new TreeMap<>();

    LanguageTokens(Collection<String> specials, ToIntFunction<String> id) {
        for (String special : specials) {
            Matcher matcher = FORM.matcher(special);
            if (matcher.matches()) {
                List.of("m2m", "marian", "nllb", "mbart").stream()
                        .map(matcher::group)
                        .filter(java.util.Objects::nonNull)
                        .forEach(code -> idByCode.put(code, id.applyAsInt(special)));
            }
        }
    }

    boolean isEmpty() {
        return idByCode.isEmpty();
    }

    Optional<Integer> id(String code) {
        for (String spelling : spellings(code)) {
            if (idByCode.containsKey(spelling)) {
                return Optional.of(idByCode.get(spelling));
            }
        }
        String iso3 = iso3(code);
        return idByCode.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(code + "_") || entry.getKey().startsWith(iso3 + "_"))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    int required(String code) {
        return id(code).orElseThrow(() -> new IllegalArgumentException(
                "language %s is not one of the model's: %s".formatted(code, String.join(" ", idByCode.keySet()))));
    }

    private static List<String> spellings(String code) {
        String plain = code.toLowerCase(Locale.ROOT).replace('-', '_');
        boolean traditional = plain.startsWith("zh_t") || plain.equals("zh_hant") || plain.equals("zh_hk");
        if (plain.startsWith("zh")) {
            String script = traditional ? "Hant" : "Hans";
            return List.of(code, "zho_" + script, "cmn_" + script, "zh", "zh_CN", "cmn", "zho");
        }
        String language = plain.contains("_") ? plain.substring(0, plain.indexOf('_')) : plain;
        return List.of(code, language, iso3(language), iso3(language) + "_Latn");
    }

    private static String iso3(String code) {
        if (MEMBER_OF_GROUP.containsKey(code)) {
            return MEMBER_OF_GROUP.get(code);
        }
        try {
            return Locale.of(code).getISO3Language();
        } catch (MissingResourceException unknown) {
            return code;
        }
    }
}
