/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded into a process: writes below one folder fail from the nth on, or only the nth one.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[4096];
static long left = -1; /* how many more succeed; negative: all do */
static int number;     /* errno(3) */
static int for_good;
static long failures;

void disk_fails(const char *below, long nth, int error, int lasting) {
  snprintf(folder, sizeof folder, "%s", below);
  number = error;
  for_good = lasting;
  __atomic_store_n(&failures, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&left, nth, __ATOMIC_SEQ_CST);
}

long disk_failures(void) { return __atomic_load_n(&failures, __ATOMIC_SEQ_CST); }

static int fails(int file) {
  char link[64], path[4096];
  if (__atomic_load_n(&left, __ATOMIC_SEQ_CST) < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  if (strncmp(path, folder, strlen(folder)) != 0) return 0;
  if (__atomic_load_n(&failures, __ATOMIC_SEQ_CST) > 0) {
    if (!for_good) return 0;
  } else if (__atomic_sub_fetch(&left, 1, __ATOMIC_SEQ_CST) > 0) {
    return 0;
  } else {
    __atomic_store_n(&left, 0, __ATOMIC_SEQ_CST);
  }
  __atomic_add_fetch(&failures, 1, __ATOMIC_SEQ_CST);
  errno = number;
  return 1;
}

#define WRAPPED(result, name, declared, given)                                     \
  result name declared {                                                           \
    static result(*real) declared;                                                 \
    if (real == NULL) real = (result(*) declared)dlsym(RTLD_NEXT, #name);          \
    return fails(file) ? -1 : real given;                                          \
  }

WRAPPED(ssize_t, write, (int file, const void *data, size_t size), (file, data, size))
WRAPPED(ssize_t, pwrite, (int file, const void *data, size_t size, off_t at), (file, data, size, at))
WRAPPED(ssize_t, pwrite64, (int file, const void *data, size_t size, off64_t at), (file, data, size, at))
WRAPPED(int, ftruncate, (int file, off_t size), (file, size))
WRAPPED(int, ftruncate64, (int file, off64_t size), (file, size))
WRAPPED(int, fsync, (int file), (file))
WRAPPED(int, fdatasync, (int file), (file))
