// What libxml2's archive asks of libraries that are left out on purpose. The reader gets UTF-8 from memory, so nothing
// is ever converted or unpacked: without these, ICU (30 MB), zlib and lzma would be linked for code that never runs.
// Hidden, so that libraries opened at run time find their own.
#define U_SHOW_CPLUSPLUS_API 0
#define U_EXPORT __attribute__((visibility("hidden")))
#include <unicode/ucnv.h>
#include <stddef.h>

UConverter *ucnv_open(const char *name, UErrorCode *error) {
    (void)name;
    *error = U_UNSUPPORTED_ERROR;
    return NULL;
}
void ucnv_close(UConverter *converter) { (void)converter; }
void ucnv_convertEx(UConverter *to, UConverter *from, char **target, const char *targetLimit, const char **source,
                    const char *sourceLimit, UChar *pivotStart, UChar **pivotSource, UChar **pivotTarget,
                    const UChar *pivotLimit, UBool reset, UBool flush, UErrorCode *error) {
    (void)to, (void)from, (void)target, (void)targetLimit, (void)source, (void)sourceLimit, (void)pivotStart;
    (void)pivotSource, (void)pivotTarget, (void)pivotLimit, (void)reset, (void)flush;
    *error = U_UNSUPPORTED_ERROR;
}
void ucnv_setFromUCallBack(UConverter *converter, UConverterFromUCallback action, const void *context,
                           UConverterFromUCallback *oldAction, const void **oldContext, UErrorCode *error) {
    (void)converter, (void)action, (void)context, (void)oldAction, (void)oldContext;
    *error = U_UNSUPPORTED_ERROR;
}
void ucnv_setToUCallBack(UConverter *converter, UConverterToUCallback action, const void *context,
                         UConverterToUCallback *oldAction, const void **oldContext, UErrorCode *error) {
    (void)converter, (void)action, (void)context, (void)oldAction, (void)oldContext;
    *error = U_UNSUPPORTED_ERROR;
}
void UCNV_FROM_U_CALLBACK_STOP(const void *context, UConverterFromUnicodeArgs *arguments, const UChar *units,
                               int32_t length, UChar32 point, UConverterCallbackReason reason, UErrorCode *error) {
    (void)context, (void)arguments, (void)units, (void)length, (void)point, (void)reason, (void)error;
}
void UCNV_TO_U_CALLBACK_STOP(const void *context, UConverterToUnicodeArgs *arguments, const char *units,
                             int32_t length, UConverterCallbackReason reason, UErrorCode *error) {
    (void)context, (void)arguments, (void)units, (void)length, (void)reason, (void)error;
}

// zlib and lzma: compressed files are refused before a parser sees them. Each call says that it failed.
#define ABSENT(name, result) \
    __attribute__((visibility("hidden"))) long name(void); \
    long name(void) { return result; }
ABSENT(crc32, 0)
ABSENT(deflate, -1)
ABSENT(deflateEnd, -1)
ABSENT(deflateInit2_, -1)
ABSENT(gzclose, -1)
ABSENT(gzdirect, 1)
ABSENT(gzdopen, 0)
ABSENT(gzopen64, 0)
ABSENT(gzopen, 0)
ABSENT(gzread, -1)
ABSENT(gzwrite, -1)
ABSENT(inflate, -1)
ABSENT(inflateEnd, -1)
ABSENT(inflateInit2_, -1)
ABSENT(inflateReset, -1)
ABSENT(lzma_auto_decoder, 5)
ABSENT(lzma_code, 5)
ABSENT(lzma_end, 0)
ABSENT(lzma_properties_decode, 5)
