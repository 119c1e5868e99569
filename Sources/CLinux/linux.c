#include "CLinux.h"
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int wf_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int wf_pipe_cloexec(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }
