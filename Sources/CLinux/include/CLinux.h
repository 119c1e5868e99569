// What Swift's Glibc module does not export: epoll, eventfd, signalfd, pidfd, and _GNU_SOURCE calls.
#ifndef WF_CLINUX_H
#define WF_CLINUX_H
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/types.h>

/// `pidfd_open(2)`; -1 with errno on failure.
int wf_pidfd_open(int pid);
/// `pipe2(2)` with O_CLOEXEC; -1 with errno on failure.
int wf_pipe_cloexec(int descriptors[2]);

#endif
