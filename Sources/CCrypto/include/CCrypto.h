// SHA-256 from OpenSSL's libcrypto, without its library initialisation (which costs start-up time).
#ifndef WF_CCRYPTO_H
#define WF_CCRYPTO_H
#include <stddef.h>
#include <stdint.h>

/// Writes the 32 bytes of the SHA-256 of `length` bytes at `bytes` to `digest`.
void wf_sha256(const void *bytes, size_t length, uint8_t digest[32]);

#endif
