// What Swift's Glibc module does not export: epoll, eventfd, inotify, signalfd, pidfd, spawning with a parent-death
// signal, and other _GNU_SOURCE calls. It decides nothing; callers do.
#ifndef WF_CLINUX_H
#define WF_CLINUX_H
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <termios.h>

/// `pidfd_open(2)`; -1 with errno on failure.
int wf_pidfd_open(int pid);
/// `pipe2(2)` with O_CLOEXEC; -1 with errno on failure.
int wf_pipe_cloexec(int descriptors[2]);

/// How a process is to be started. All strings outlive the call.
struct wf_spawn_request {
    /// Path of the program (no search), its arguments and environment, both ended by NULL.
    const char *path;
    char *const *arguments;
    char *const *environment;
    /// Working directory, or NULL for ours.
    const char *directory;
    /// Descriptors that become 0, 1 and 2; all above 2.
    int input;
    int output;
    int error;
    /// Signal the process gets when the thread that started it ends.
    int death_signal;
};

/// Starts a process in a process group of its own, with default signals and no other descriptors.
/// Returns its process id and sets `pidfd` (close-on-exec). On failure returns -errno and sets `failed` to
/// 1 (creating it), 2 (its working directory), 3 (executing the program) or 4 (anything else).
/// The calling thread waits until the program has been executed; memory is shared until then (CLONE_VFORK),
/// so the cost does not grow with our own size.
int wf_spawn(const struct wf_spawn_request *request, int *pidfd, int *failed);

/// Reaps the process behind a pidfd without waiting. Returns 1 and sets `code` (exit status) or `signal`
/// (0 if it exited), 0 if it still runs, -errno on failure.
int wf_reap(int pidfd, int *code, int *signal);

/// Columns and rows of the terminal behind a descriptor; -1 if it is none.
int wf_terminal_size(int descriptor, int *columns, int *rows);

/// `epoll_pwait2` with a timeout in nanoseconds (-1: none) and no signal mask; falls back to milliseconds.
int wf_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds);

/// Bytes that wait in a pipe (FIONREAD), or -1.
int wf_bytes_waiting(int descriptor);

#endif
