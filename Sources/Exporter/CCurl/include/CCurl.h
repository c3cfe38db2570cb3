// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift can't call: these are their typed forms.
#ifndef CCURL_H
#define CCURL_H
#include <curl/curl.h>
#endif
