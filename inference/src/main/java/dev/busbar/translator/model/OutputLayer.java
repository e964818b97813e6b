package dev.busbar.translator.model;

import dev.busbar.translator.decode.Scores;
import dev.busbar.translator.model.ModelFolder.OutputFiles;
import dev.busbar.translator.onnx.DataType;
import dev.busbar.translator.onnx.FusedOutput;
import dev.busbar.translator.onnx.OnnxFile;
import dev.busbar.translator.onnx.TensorData;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The last layer of a fused model: over the whole vocabulary, or over the words that a batch may need. */
final class OutputLayer implements AutoCloseable {
    private final Optional<Shortlist> shortlist;
    private final List<OrtSession> sessions;
    private final SessionSettings settings;

    private OutputLayer(Optional<Shortlist> shortlist, List<OrtSession> sessions, SessionSettings settings) {
        this.shortlist = shortlist;
        this.sessions = sessions;
        this.settings = settings;
    }

    static OutputLayer open(OutputFiles files, Optional<Shortlist> shortlist, SessionSettings settings) {
        return new OutputLayer(
                shortlist,
                shortlist.isPresent()
                        ? List.of(
                                OrtSession.open(files.pick(), settings), OrtSession.open(files.shortlisted(), settings))
                        : List.of(OrtSession.open(files.whole(), settings)),
                settings);
    }

    /** The layer as this batch needs it. */
    Choice choose(List<int[]> sources, RunSwitch runSwitch) {
        if (shortlist.isEmpty()) {
            return new Choice(sessions.getFirst(), List.of(), new int[0], Ending.KEEP);
        }
        int[] words = shortlist.get().words(sources);
        OrtSession pick = sessions.getFirst();
        try (Binding binding = new Binding(pick);
                Tensor chosen = Tensor.ofNumbers(ElementType.INT64, words, words.length)) {
            binding.input(pick.input("words"), chosen);
            pick.outputs().values().forEach(binding::outputToKeep);
            List<Tensor> picked = binding.run(runSwitch);
            return switch (settings.device()) {
                case Device.Cpu() -> packed(pick, picked, words);
                case Device.Cuda _ -> new Choice(sessions.getLast(), picked, words, Ending.KEEP);
            };
        }
    }

    /** A graph for this batch alone: making it costs less than packing the weights anew in each of its steps. */
    private Choice packed(OrtSession pick, List<Tensor> picked, int[] words) {
        List<TensorData> weights = new ArrayList<>();
        int width = 0;
        for (OrtSession.Port port : pick.outputs().values()) {
            Tensor tensor = picked.get(weights.size());
            long[] shape = tensor.shape();
            width = weights.isEmpty() ? Math.toIntExact(shape[0]) : width;
            long bytes = Arrays.stream(shape).reduce(port.type().bytes(), (a, b) -> a * b);
            byte[] values = tensor.data(bytes).toArray(ValueLayout.JAVA_BYTE);
            weights.add(TensorData.ofBytes(
                    "picked." + weights.size(), DataType.of(port.type().code()), values, shape));
        }
        picked.forEach(Tensor::close);
        byte[] graph = OnnxFile.bytes(FusedOutput.shortlisted(weights, width, words.length));
        return new Choice(OrtSession.open(graph, settings), List.of(), words, Ending.CLOSE);
    }

    /** Whether a batch's end is the end of its session too. */
    private enum Ending {
        KEEP,
        CLOSE
    }

    /** The output layer of one batch; a shortlist's part of the weights is picked once and kept. */
    static final class Choice implements AutoCloseable {
        private final OrtSession session;
        private final List<Tensor> picked;
        private final int[] words;
        private final Ending ending;
        private final ScoreReader reader = new ScoreReader();

        private Choice(OrtSession session, List<Tensor> picked, int[] words, Ending ending) {
            this.ending = ending;
            this.session = session;
            this.picked = picked;
            this.words = words;
        }

        /** The scores lie in the tensor, which the caller closes when it is done with them. */
        Tensor logits(Tensor hidden, RunSwitch runSwitch) {
            try (Binding binding = new Binding(session)) {
                binding.input(session.input("hidden"), hidden);
                // The pick's outputs come in the order weight, scale (int8 only), bias, as the inputs behind hidden do.
                int i = 0;
                for (OrtSession.Port port :
                        session.inputs().values().stream().skip(1).toList()) {
                    binding.input(port, picked.get(i++));
                }
                binding.outputToRead(session.output("logits"));
                return binding.run(runSwitch).getFirst();
            }
        }

        Scores read(Tensor logits, int rows) {
            return reader.read(logits, session.output("logits").type(), rows, words);
        }

        @Override
        public void close() {
            picked.forEach(Tensor::close);
            if (ending == Ending.CLOSE) {
                session.close();
            }
        }
    }

    @Override
    public void close() {
        sessions.forEach(OrtSession::close);
    }
}
