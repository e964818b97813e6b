/* The one program of the containers that tests run: says its environment, and stays until it is told to end. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

extern char **environ;

static void end(int signal) { _exit(signal != SIGTERM); }

int main(void) {
    signal(SIGTERM, end);
    for (char **variable = environ; *variable; variable++) puts(*variable);
    fflush(stdout);
    for (;;) pause();
}
