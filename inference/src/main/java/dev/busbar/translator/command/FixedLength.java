package dev.busbar.translator.command;

import dev.busbar.translator.decode.Decoding;
import dev.busbar.translator.decode.GreedySearch;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.decode.Source;
import dev.busbar.translator.decode.StepModel;
import dev.busbar.translator.decode.TokenRules;
import java.util.ArrayList;
import java.util.List;

/** A model whose translations never end by themselves, so that every runner of a comparison writes as many tokens. */
final class FixedLength implements StepModel {
    private final StepModel model;
    private final TokenRules rules;
    private final int length;

    FixedLength(StepModel model, int length) {
        this.model = model;
        this.length = length;
        List<int[]> banned = new ArrayList<>(model.rules().banned());
        for (int end : model.rules().ends()) {
            banned.add(new int[] {end});
        }
        rules = new TokenRules(
                model.rules().ends(), banned, length, model.rules().lengthPenalty());
    }

    int length() {
        return length;
    }

    /** The number of target tokens. */
    int run(List<Source> sources, Interest interest) {
        return GreedySearch.run(this, sources, interest).stream()
                .mapToInt(found -> found.tokens().length)
                .sum();
    }

    @Override
    public TokenRules rules() {
        return rules;
    }

    @Override
    public Decoding open(List<int[]> sources) {
        return model.open(sources);
    }

    @Override
    public void close() {
        model.close();
    }
}
