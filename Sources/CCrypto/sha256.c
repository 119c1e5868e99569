#define OPENSSL_SUPPRESS_DEPRECATED
#include "CCrypto.h"
#include <openssl/sha.h>

void wf_sha256(const void *bytes, size_t length, uint8_t digest[32]) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes, length);
  SHA256_Final(digest, &context);
}
