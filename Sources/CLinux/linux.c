#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int wf_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int wf_pipe_cloexec(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int wf_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int wf_bytes_waiting(int descriptor) {
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -1;
}

int wf_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds) {
    if (timeout_nanoseconds <= 0) return epoll_wait(epoll, events, capacity, timeout_nanoseconds == 0 ? 0 : -1);
#ifdef SYS_epoll_pwait2
    struct timespec limit = {timeout_nanoseconds / 1000000000, timeout_nanoseconds % 1000000000};
    int count = (int)syscall(SYS_epoll_pwait2, epoll, events, capacity, &limit, NULL, 0);
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
#endif
    int64_t milliseconds = (timeout_nanoseconds + 999999) / 1000000;
    return epoll_wait(epoll, events, capacity, milliseconds > 1 << 30 ? 1 << 30 : (int)milliseconds);
}

struct spawn_context {
    const struct wf_spawn_request *request;
    pid_t parent;
    // Written by the child in memory shared with the parent.
    volatile int error;
    volatile int failed;
};

static int spawn_failed(struct spawn_context *context, int step) {
    context->error = errno;
    context->failed = step;
    _exit(127);
}

static int spawn_child(void *argument) {
    struct spawn_context *context = argument;
    const struct wf_spawn_request *request = context->request;
    setpgid(0, 0);
    if (request->death_signal != 0) {
        prctl(PR_SET_PDEATHSIG, request->death_signal);
        // The parent may have died before the signal was armed.
        if (getppid() != context->parent) _exit(127);
    }
    if (request->directory != NULL && chdir(request->directory) != 0) return spawn_failed(context, 2);
    if (dup2(request->input, 0) < 0 || dup2(request->output, 1) < 0 || dup2(request->error, 2) < 0)
        return spawn_failed(context, 4);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    // Handlers go away by themselves when the program is executed; what is ignored would stay ignored.
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(request->path, request->arguments, request->environment);
    return spawn_failed(context, 3);
}

int wf_spawn(const struct wf_spawn_request *request, int *pidfd, int *failed) {
    // The child runs on this part of our stack while we wait for it to execute its program.
    char stack[32768] __attribute__((aligned(16)));
    struct spawn_context context = {request, getpid(), 0, 0};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int pid = clone(spawn_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &context, pidfd);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        *failed = 1;
        return -error;
    }
    if (context.error != 0) {
        siginfo_t info;
        while (waitid(P_PIDFD, (id_t)*pidfd, &info, WEXITED) < 0 && errno == EINTR) {}
        close(*pidfd);
        *failed = context.failed;
        return -context.error;
    }
    return pid;
}

int wf_reap(int pidfd, int *code, int *signal) {
    siginfo_t info;
    info.si_pid = 0;
    if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0) return -errno;
    if (info.si_pid == 0) return 0;
    if (info.si_code == CLD_EXITED) {
        *code = info.si_status;
        *signal = 0;
    } else {
        *code = 128 + info.si_status;
        *signal = info.si_status;
    }
    return 1;
}
