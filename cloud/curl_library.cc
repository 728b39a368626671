#include "cloud/curl_library.h"

#include <dlfcn.h>

#include <string>
#include <type_traits>

#include "base/check.h"

namespace byoc {
namespace {

constexpr const char* kLibrary = "libcurl.so.4";

}  // namespace

CurlLibrary open_curl() {
  CurlLibrary curl;
  void* const handle = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  check(handle != nullptr, std::string("HTTP needs ") + kLibrary + " (package libcurl4)");
  const auto find = [handle](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
    check(function != nullptr, std::string(kLibrary) + " lacks " + name);
  };
  find(curl.global_init, "curl_global_init");
  find(curl.slist_append, "curl_slist_append");
  find(curl.slist_free_all, "curl_slist_free_all");
  find(curl.easy_init, "curl_easy_init");
  find(curl.easy_reset, "curl_easy_reset");
  find(curl.easy_setopt, "curl_easy_setopt");
  find(curl.easy_getinfo, "curl_easy_getinfo");
  find(curl.easy_strerror, "curl_easy_strerror");
  find(curl.easy_cleanup, "curl_easy_cleanup");
  find(curl.multi_init, "curl_multi_init");
  find(curl.multi_setopt, "curl_multi_setopt");
  find(curl.multi_add_handle, "curl_multi_add_handle");
  find(curl.multi_remove_handle, "curl_multi_remove_handle");
  find(curl.multi_perform, "curl_multi_perform");
  find(curl.multi_poll, "curl_multi_poll");
  find(curl.multi_info_read, "curl_multi_info_read");
  find(curl.multi_cleanup, "curl_multi_cleanup");
  check(curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "curl starts");
  return curl;
}

}  // namespace byoc
