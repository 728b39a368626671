// The parts of an object that have a path of their own: status, pause, reconcile.
#include <algorithm>
#include <utility>

#include "controller/api.h"
#include "controller/request.h"
#include "reconcilers/reference.h"

namespace byoc {

ApiReply bad_request(const std::string& message) {
  return reply_with(refusal_of(400, "BadRequest", message));
}

ApiReply not_allowed(const ApiRequest& request) {
  return reply_with(
      refusal_of(405, "MethodNotAllowed", request.method + " is not possible on " + request.path));
}

bool has_too_many_members(const std::string& body) {
  return std::count(body.begin(), body.end(), ':') > kMembersMax;
}

std::optional<ApiReply> check_patch_type(const ApiRequest& request) {
  if (request.method != "PATCH" ||
      request.content_type.starts_with("application/merge-patch+json")) {
    return std::nullopt;
  }
  return reply_with(refusal_of(415, "UnsupportedMediaType",
                               "byocd takes application/merge-patch+json only: `kubectl apply` "
                               "without --server-side, `kubectl patch --type=merge`"));
}

bool names_version(const Json& document) {
  const Json& version = member(document, "metadata/resourceVersion");
  return !version.is_null() && version != "";
}

ApiReply Api::subresource(const ApiRequest& request, const Target& target) {
  if (target.part == "status") return status_part(request, target);
  Result<Object> changed = error(Code::not_found, "");
  const bool pause =
      target.part == "pause" && (request.method == "PUT" || request.method == "DELETE");
  const bool look = target.part == "reconcile" && request.method == "POST";
  if ((pause || look) && request.dry_run()) {
    changed = store_.get(target.key);
    return changed.ok() ? reply_with(200, to_json(changed.value()))
                        : reply_with(refusal_of(changed.status(), target.key));
  }
  if (pause) {
    changed = request_pause(store_, target.key, request.method == "PUT", hooks_.now());
  } else if (look) {
    changed = request_look(store_, target.key, hooks_.now());
  } else {
    return not_allowed(request);
  }
  if (!changed.ok()) return reply_with(refusal_of(changed.status(), target.key));
  hooks_.look(target.key);
  return reply_with(200, to_json(changed.value()));
}

ApiReply Api::status_part(const ApiRequest& request, const Target& target) {
  if (request.method == "GET") {
    const Result<Object> object = store_.get(target.key);
    return object.ok() ? reply_with(200, to_json(object.value()))
                       : reply_with(refusal_of(object.status(), target.key));
  }
  if (request.method != "PUT" && request.method != "PATCH") return not_allowed(request);
  if (auto wrong = check_patch_type(request)) return *std::move(wrong);
  if (has_too_many_members(request.body)) return bad_request("the body has too many members");
  return write(request, target, &Api::write_status);
}

// Of the body the status alone counts, and the version and the uid that it names.
ApiReply Api::write_status(const ApiRequest& request, const Target& target, bool& again) {
  const Json said = Json::parse(request.body, nullptr, false);
  if (!said.is_object()) return bad_request("the body is no JSON object");
  const Result<Object> stored = store_.get(target.key);
  if (!stored.ok()) return reply_with(refusal_of(stored.status(), target.key));
  Json document = to_json(stored.value());
  if (request.method == "PATCH") {
    document.merge_patch(said);
  } else {
    document = said;
  }
  Result<Object> object = object_from_json(document);
  if (!object.ok()) return reply_with(refusal_of(object.status(), target.key));
  if (object.value().key() != target.key) {
    return bad_request("the body is " + to_string(object.value().key()) +
                       ", and the path means another one");
  }
  const bool version_named = names_version(said);
  if (!version_named) {
    object.value().metadata.resource_version = stored.value().metadata.resource_version;
  }
  if (request.dry_run()) return reply_with(200, to_json(object.value()));
  const Result<Object> result = store_.put_status(std::move(object).value(), hooks_.now());
  again = !result.ok() && result.status().code == Code::conflict && !version_named;
  if (!result.ok()) return reply_with(refusal_of(result.status(), target.key));
  hooks_.look(target.key);
  return reply_with(200, to_json(result.value()));
}

}  // namespace byoc
