package dev.busbar.agent;

import java.util.ArrayList;
import java.util.List;

/** How much of each list the shipped CRD lets in: with one entry more the API server refuses the whole object. */
final class Limits {
    static final int NICS = 64;
    static final int NUMA_NODES = 64;
    static final int PODS = 1024;
    static final int PODS_PER_GPU = 256;
    private static final int PROBLEMS = 64;
    private static final int PROBLEM_LETTERS = 512;

    private Limits() {}

    static <T> List<T> first(int most, List<T> all) {
        return all.size() <= most ? all : all.subList(0, most);
    }

    static List<String> problems(List<String> all) {
        var told = new ArrayList<String>();
        for (var problem : all.size() <= PROBLEMS ? all : all.subList(0, PROBLEMS - 1)) {
            told.add(problem.substring(0, Math.min(problem.length(), PROBLEM_LETTERS)));
        }
        if (all.size() > PROBLEMS) {
            told.add("and %d more".formatted(all.size() - told.size()));
        }
        return told;
    }
}
