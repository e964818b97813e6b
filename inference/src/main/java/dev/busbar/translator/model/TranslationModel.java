package dev.busbar.translator.model;

import dev.busbar.translator.decode.StepModel;
import dev.busbar.translator.token.FolderFile;
import dev.busbar.translator.token.TextCodec;

/** A loaded model, of whichever kind. */
public sealed interface TranslationModel extends StepModel permits Seq2SeqModel, CausalModel {
    static TranslationModel load(ModelFolder folder, SessionSettings settings) {
        return load(folder, settings, Placement.on(settings.device()));
    }

    /** A model without an encoder is where its decoder is. */
    static TranslationModel load(ModelFolder folder, SessionSettings settings, Placement place) {
        return switch (folder.graphs()) {
            case ModelFolder.Graphs.Causal causal -> CausalModel.load(folder, causal, settings.on(place.decoder()));
            case ModelFolder.Graphs.Merged _, ModelFolder.Graphs.Split _, ModelFolder.Graphs.Fused _ ->
                Seq2SeqModel.load(folder, settings, place);
        };
    }

    /** What turns text into this model's tokens and back. */
    TextCodec openCodec();

    FolderFile configFile();

    int vocabularySize();

    /** The longest source there is room for. */
    int maxSourceTokens();
}
