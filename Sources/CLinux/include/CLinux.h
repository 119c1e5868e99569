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
int wf_pipe_cloexec(int *reading, int *writing);

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

/// Memory in which one process at a time is started: the child runs in it until it executes its program.
struct wf_start;
/// Makes one; NULL when there is no memory.
struct wf_start *wf_start_make(void);
/// Waits until it is free and gives the memory back.
void wf_start_free(struct wf_start *start);

/// Starts a process in a process group of its own, with default signals and no other descriptors.
/// Returns its process id at once and sets `pidfd` (close-on-exec); -errno when none can be made. The child shares our
/// memory (so the cost does not grow with our size) until it has executed its program: until `start` is no longer
/// busy the strings of the request must stay as they are. Nobody waits for that: while one child is on its way, the
/// end of another can be handled.
int wf_spawn(struct wf_start *start, const struct wf_spawn_request *request, int *pidfd);

/// Lets this process open `wanted` descriptors, as far as it may; programs that it starts get the limit that there was.
/// Returns how many it may open.
uint64_t wf_raise_descriptors(uint64_t wanted);

/// Whether the child is still on its way.
int wf_start_is_busy(const struct wf_start *start);
/// Waits until it no longer is.
void wf_start_wait(const struct wf_start *start);
/// Once it is no longer busy: 0 when the program was executed; else an errno, and the child ends with 127. `failed` is
/// then 2 (its working directory), 3 (executing the program) or 4 (anything else).
int wf_start_error(const struct wf_start *start, int *failed);

/// Reaps the process behind a pidfd without waiting. Returns 1 and sets `code` (exit status) or `signal`
/// (0 if it exited), 0 if it still runs, -errno on failure.
int wf_reap(int pidfd, int *code, int *signal);

/// Columns and rows of the terminal behind a descriptor; -1 if it is none.
int wf_terminal_size(int descriptor, int *columns, int *rows);

/// `epoll_pwait2` with a timeout in nanoseconds (-1: none) and no signal mask; falls back to milliseconds.
int wf_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds);

/// What can be done with two descriptors (-1: none) without waiting: the `revents` of the first, and of the second
/// shifted left by 16.
unsigned wf_ready(int first, int second);

/// Bytes that wait in a pipe (FIONREAD), or -1.
int wf_bytes_waiting(int descriptor);

#endif
