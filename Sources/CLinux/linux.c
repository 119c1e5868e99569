#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int wf_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int wf_pipe_cloexec(int *reading, int *writing) {
    int descriptors[2];
    if (pipe2(descriptors, O_CLOEXEC) != 0) return -1;
    *reading = descriptors[0];
    *writing = descriptors[1];
    return 0;
}

int wf_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

unsigned wf_ready(int first, int second) {
    struct pollfd two[2] = {{first, POLLIN, 0}, {second, POLLIN, 0}};
    if (poll(two, 2, 0) < 0) return 0;
    return (unsigned)(unsigned short)two[0].revents | (unsigned)(unsigned short)two[1].revents << 16;
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

// A start in progress. It lies at the upper end of its memory, above the stack that the child runs on.
struct wf_start {
    // Set by us, cleared by the kernel when the child has left our memory, by executing a program or by ending.
    int busy;
    // Written by the child.
    int error;
    int failed;
    pid_t parent;
    struct wf_spawn_request request;
};

enum { start_bytes = 32768, guard_bytes = 4096 };

// System calls of the child: they leave `errno` alone, which is shared with the thread that started it.
#if defined(__x86_64__)
static long raw(long number, long a, long b, long c, long d) {
    register long r10 __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return result;
}
enum { waits_for_child = 0 };
#elif defined(__aarch64__)
static long raw(long number, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}
enum { waits_for_child = 0 };
#else
// Here the thread that started it stands still until it has left our memory.
static long raw(long number, long a, long b, long c, long d) {
    long result = syscall(number, a, b, c, d);
    return result < 0 ? -errno : result;
}
enum { waits_for_child = CLONE_VFORK };
#endif

// The limit of descriptors that this process was started with, once it has raised its own.
static struct rlimit descriptors_before;
static int has_raised_descriptors = 0;
static pthread_mutex_t raising = PTHREAD_MUTEX_INITIALIZER;

uint64_t wf_raise_descriptors(uint64_t wanted) {
    struct rlimit limit;
    pthread_mutex_lock(&raising);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = limit.rlim_max = 1024;
    if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
        struct rlimit higher = {wanted < limit.rlim_max ? wanted : limit.rlim_max, limit.rlim_max};
        if (!has_raised_descriptors) descriptors_before = limit;
        if (setrlimit(RLIMIT_NOFILE, &higher) == 0) {
            __atomic_store_n(&has_raised_descriptors, 1, __ATOMIC_RELEASE);
            limit = higher;
        }
    }
    pthread_mutex_unlock(&raising);
    return limit.rlim_cur < 1 << 20 ? limit.rlim_cur : 1 << 20;
}

static int spawn_failed(struct wf_start *start, int step, long error) {
    start->error = (int)-error;
    start->failed = step;
    raw(SYS_exit_group, 127, 0, 0, 0);
    return 127;
}

static void set_default(int signal) {
    // The kernel's struct sigaction is smaller than this on every machine, and its zeros mean SIG_DFL.
    unsigned long zeros[8] = {0};
    raw(SYS_rt_sigaction, signal, (long)zeros, 0, 8);
}

static int spawn_child(void *argument) {
    struct wf_start *start = argument;
    const struct wf_spawn_request *request = &start->request;
    long result;
    raw(SYS_setpgid, 0, 0, 0, 0);
    if (request->death_signal != 0) {
        raw(SYS_prctl, PR_SET_PDEATHSIG, request->death_signal, 0, 0);
        // The parent may have died before the signal was armed.
        if (raw(SYS_getppid, 0, 0, 0, 0) != start->parent) raw(SYS_exit_group, 127, 0, 0, 0);
    }
    if (request->directory != NULL && (result = raw(SYS_chdir, (long)request->directory, 0, 0, 0)) < 0)
        return spawn_failed(start, 2, result);
    int descriptors[3] = {request->input, request->output, request->error};
    for (int number = 0; number < 3; number++)
        if ((result = raw(SYS_dup3, descriptors[number], number, 0, 0)) < 0) return spawn_failed(start, 4, result);
    raw(SYS_close_range, 3, ~0U, 0, 0);
    if (__atomic_load_n(&has_raised_descriptors, __ATOMIC_ACQUIRE))
        raw(SYS_prlimit64, 0, RLIMIT_NOFILE, (long)&descriptors_before, 0);
    // Handlers go away by themselves when the program is executed; what is ignored would stay ignored.
    set_default(SIGPIPE);
    set_default(SIGXFSZ);
    unsigned long none[16] = {0};
    raw(SYS_rt_sigprocmask, SIG_SETMASK, (long)none, 0, 8);
    result = raw(SYS_execve, (long)request->path, (long)request->arguments, (long)request->environment, 0);
    return spawn_failed(start, 3, result);
}

struct wf_start *wf_start_make(void) {
    char *memory = mmap(NULL, start_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    mprotect(memory, guard_bytes, PROT_NONE);
    return (struct wf_start *)(memory + start_bytes - sizeof(struct wf_start));
}

void wf_start_free(struct wf_start *start) {
    wf_start_wait(start);
    munmap((char *)(start + 1) - start_bytes, start_bytes);
}

int wf_start_is_busy(const struct wf_start *start) { return __atomic_load_n(&start->busy, __ATOMIC_ACQUIRE) != 0; }

void wf_start_wait(const struct wf_start *start) {
    int busy;
    while ((busy = __atomic_load_n(&start->busy, __ATOMIC_ACQUIRE)) != 0)
        syscall(SYS_futex, &start->busy, FUTEX_WAIT, busy, NULL, NULL, 0);
}

int wf_start_error(const struct wf_start *start, int *failed) {
    *failed = start->failed;
    return start->error;
}

int wf_spawn(struct wf_start *start, const struct wf_spawn_request *request, int *pidfd) {
    start->request = *request;
    start->parent = getpid();
    start->error = 0;
    start->failed = 0;
    start->busy = 1;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    // The stack grows down from the start itself.
    void *stack = (void *)((uintptr_t)start & ~(uintptr_t)63);
    int flags = CLONE_VM | CLONE_PIDFD | CLONE_CHILD_CLEARTID | SIGCHLD | waits_for_child;
    int pid = clone(spawn_child, stack, flags, start, pidfd, NULL, &start->busy);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        start->busy = 0;
        return -error;
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
