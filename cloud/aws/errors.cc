#include "cloud/aws/errors.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "base/ascii.h"

namespace byoc {
namespace {

// A text that matches whole, or with one `*` at the front or the end. Others do not compile.
class Pattern {
 public:
  template <std::size_t kSize>
  consteval Pattern(const char (&text)[kSize]) : text_(text, kSize - 1) {  // NOLINT: implicit
    const std::size_t star = text_.find('*');
    if (text_.empty()) an_empty_pattern_fits_nothing();
    if (star == std::string_view::npos) return;
    if (star != 0 && star != text_.size() - 1) a_star_stands_at_the_front_or_the_end();
    if (text_.find('*', star + 1) != std::string_view::npos) a_second_star_fits_nothing();
  }

  [[nodiscard]] constexpr bool fits(std::string_view text) const {
    if (text_.front() == '*') return text.ends_with(text_.substr(1));
    if (text_.back() == '*') return text.starts_with(stem());
    return text_ == text;
  }

  // Whether all that the other one fits fits this one too.
  [[nodiscard]] constexpr bool covers(const Pattern& other) const {
    if (text_.size() == 1 && front()) return true;
    if (!front() && !back()) return text_ == other.text_;
    if (other.front()) return front() && other.text_.ends_with(text_.substr(1));
    if (other.back()) return back() && other.stem().starts_with(stem());
    return fits(other.text_);
  }

 private:
  // Not constexpr: a pattern that calls one does not compile.
  static void an_empty_pattern_fits_nothing() {}
  static void a_star_stands_at_the_front_or_the_end() {}
  static void a_second_star_fits_nothing() {}

  [[nodiscard]] constexpr bool front() const { return text_[0] == '*'; }
  [[nodiscard]] constexpr bool back() const { return text_[text_.size() - 1] == '*'; }
  [[nodiscard]] constexpr std::string_view stem() const {
    return text_.substr(0, text_.size() - 1);
  }

  std::string_view text_;
};

// `fragment` is looked for in the message, letter case aside. The first rule that fits decides.
struct Rule {
  Pattern service;
  Pattern operation;
  Pattern code;
  std::string_view fragment;
  Code means;
};

constexpr Rule kRules[] = {
    // What has just been made is not known everywhere yet.
    {"iam", "*", "MalformedPolicyDocument", "invalid principal in policy", Code::unavailable},
    {"s3", "*", "MalformedPolicy", "invalid principal in policy", Code::unavailable},
    {"iam", "AddRoleToInstanceProfile", "NoSuchEntity", "the role with name", Code::unavailable},
    {"ec2", "*", "InvalidParameterValue", "invalid iam instance profile", Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "does not exist", Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "error in role params", Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "role could not be assumed", Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "trusted entity is not correct",
     Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "doesn't have the amazon eks managed policies",
     Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "iam role's policy must include",
     Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "access denied to kms key", Code::unavailable},
    {"eks", "Create*", "InvalidParameterException", "required service principals were not found",
     Code::unavailable},
    {"eks", "*", "InvalidParameterException", "specified principalarn is invalid",
     Code::unavailable},
    {"eks", "CreateAddon", "InvalidParameterException", "create_failed", Code::unavailable},
    {"eks", "*", "ResourcePropagationDelayException", "", Code::unavailable},
    {"sts", "*", "InvalidIdentityToken", "couldn't retrieve verification key", Code::unavailable},
    {"sts", "*", "IDPCommunicationError", "", Code::unavailable},

    // Codes whose meaning depends on the operation.
    {"iam", "AddRoleToInstanceProfile", "LimitExceeded", "", Code::already_exists},
    {"ec2", "ReleaseAddress", "AuthFailure", "", Code::conflict},
    {"ec2", "*", "InvalidParameterValue", "currently in use", Code::conflict},
    {"ec2", "*", "InvalidSubnet.Conflict", "", Code::conflict},
    {"eks", "*", "ResourceInUseException", "already exists", Code::already_exists},
    {"eks", "*", "ResourceInUseException", "already in use", Code::already_exists},
    {"eks", "Update*", "InvalidParameterException", "no changes", Code::already_exists},
    {"eks", "*", "ClientException", "no cluster found", Code::not_found},
    {"eks", "*", "InvalidRequestException", "", Code::conflict},
    {"autoscaling", "*", "ValidationError", "not found", Code::not_found},
    {"s3", "*", "OperationAborted", "", Code::unavailable},

    // The endpoint does not know the operation.
    {"*", "*", "InvalidAction", "", Code::unsupported},
    {"*", "*", "UnknownOperation*", "", Code::unsupported},
    {"*", "*", "NotImplemented", "", Code::unsupported},

    // A dry run that would have been allowed.
    {"*", "*", "DryRunOperation", "", Code::cancelled},

    // Too fast. Before the quotas: RequestLimitExceeded ends like one.
    {"*", "*", "RequestLimitExceeded", "", Code::throttled},
    {"*", "*", "BandwidthLimitExceeded", "", Code::throttled},
    {"*", "*", "Throttl*", "", Code::throttled},
    {"*", "*", "RequestThrottl*", "", Code::throttled},
    {"*", "*", "EC2ThrottledException", "", Code::throttled},
    {"*", "*", "TooManyRequest*", "", Code::throttled},
    {"*", "*", "SlowDown", "", Code::throttled},
    {"*", "*", "PriorRequestNotComplete", "", Code::throttled},
    {"*", "*", "ProvisionedThroughputExceeded*", "", Code::throttled},
    {"*", "*", "*", "rate exceeded", Code::throttled},

    // Not allowed, or not known to be us.
    {"*", "*", "Unauthorized*", "", Code::denied},
    {"*", "*", "AccessDenied*", "", Code::denied},
    {"*", "*", "AllAccessDisabled", "", Code::denied},
    {"*", "*", "AuthFailure", "", Code::denied},
    {"*", "*", "AuthorizationHeaderMalformed", "", Code::denied},
    {"*", "*", "InvalidClientTokenId", "", Code::denied},
    {"*", "*", "InvalidAccessKeyId", "", Code::denied},
    {"*", "*", "InvalidToken", "", Code::denied},
    {"*", "*", "InvalidIdentityToken", "", Code::denied},
    {"*", "*", "IDPRejectedClaim", "", Code::denied},
    {"*", "*", "SignatureDoesNotMatch", "", Code::denied},
    {"*", "*", "InvalidSignature*", "", Code::denied},
    {"*", "*", "IncompleteSignature*", "", Code::denied},
    {"*", "*", "MissingAuthenticationToken*", "", Code::denied},
    {"*", "*", "UnrecognizedClient*", "", Code::denied},
    {"*", "*", "ExpiredToken*", "", Code::denied},
    {"*", "*", "RequestExpired", "", Code::denied},
    {"*", "*", "RequestTimeTooSkewed", "", Code::denied},
    {"*", "*", "RegionDisabledException", "", Code::denied},
    {"*", "*", "OptInRequired", "", Code::denied},
    {"*", "*", "NotAuthorized*", "", Code::denied},
    {"*", "*", "Forbidden*", "", Code::denied},
    {"*", "*", "PendingVerification", "", Code::denied},
    {"*", "*", "Blocked", "", Code::denied},

    // Absent.
    {"*", "*", "*NotFound", "", Code::not_found},
    {"*", "*", "*NonExistentQueue", "", Code::not_found},
    {"*", "*", "*.Unknown", "", Code::not_found},
    {"*", "*", "*NotFoundException", "", Code::not_found},
    {"*", "*", "*NotFoundError", "", Code::not_found},
    {"*", "*", "Gateway.NotAttached", "", Code::not_found},
    {"*", "*", "NoSuch*", "", Code::not_found},
    {"*", "*", "*DoesNotExist", "", Code::not_found},

    // Present already.
    {"*", "*", "*AlreadyExistsException", "", Code::already_exists},
    {"*", "*", "*AlreadyExists", "", Code::already_exists},
    {"*", "*", "*.Duplicate", "", Code::already_exists},
    {"*", "*", "Resource.AlreadyAssociated", "", Code::already_exists},
    {"*", "*", "BucketAlreadyOwnedByYou", "", Code::already_exists},

    // Something else must change first.
    {"*", "*", "DependencyViolation", "", Code::conflict},
    {"*", "*", "DeleteConflict*", "", Code::conflict},
    {"*", "*", "*InUse", "", Code::conflict},
    {"*", "*", "*InUseException", "", Code::conflict},
    {"*", "*", "BucketNotEmpty", "", Code::conflict},
    {"*", "*", "*NotEmptyException", "", Code::conflict},
    {"*", "*", "ConcurrentModification*", "", Code::conflict},
    {"*", "*", "EntityTemporarilyUnmodifiable*", "", Code::conflict},
    {"*", "*", "OperationAborted*", "", Code::conflict},
    {"*", "*", "OperationNotPermitted", "", Code::conflict},
    {"*", "*", "IncorrectState*", "", Code::conflict},
    {"*", "*", "IncorrectInstanceState", "", Code::conflict},
    {"*", "*", "InvalidState*", "", Code::conflict},
    {"*", "*", "InvalidBucketState", "", Code::conflict},
    {"*", "*", "ConflictException", "", Code::conflict},
    {"*", "*", "ResourceContention*", "", Code::conflict},
    {"*", "*", "ScalingActivityInProgress*", "", Code::conflict},
    {"*", "*", "CannotDelete", "", Code::conflict},
    {"*", "*", "InvalidAddress.Locked", "", Code::conflict},
    {"*", "*", "*.InvalidState", "", Code::conflict},
    {"*", "*", "ResourceNotReady*", "", Code::conflict},
    {"*", "*", "*PurgeQueueInProgress", "", Code::conflict},
    {"*", "*", "*QueueDeletedRecently", "", Code::conflict},

    // AWS has no more of it, now or there. Before the quotas: some end like them.
    {"eks", "*", "UnsupportedAvailabilityZoneException", "", Code::capacity},
    {"*", "*", "InsufficientInstanceCapacity", "", Code::capacity},
    {"*", "*", "InsufficientHostCapacity", "", Code::capacity},
    {"*", "*", "InsufficientReservedInstance*", "", Code::capacity},
    {"*", "*", "InsufficientCapacity*", "", Code::capacity},
    {"*", "*", "InsufficientVolumeCapacity", "", Code::capacity},
    {"*", "*", "InsufficientAddressCapacity", "", Code::capacity},
    {"*", "*", "UnfulfillableCapacity", "", Code::capacity},
    {"*", "*", "ReservationCapacityExceeded", "", Code::capacity},

    // The account, or a subnet, is full.
    {"*", "*", "*LimitExceeded", "", Code::quota},
    {"*", "*", "*LimitExceededException", "", Code::quota},
    {"*", "*", "*QuotaExceeded", "", Code::quota},
    {"*", "*", "*QuotaExceededException", "", Code::quota},
    {"*", "*", "TooManyBuckets", "", Code::quota},
    {"*", "*", "*CountExceeded", "", Code::quota},
    {"*", "*", "InsufficientFreeAddressesInSubnet", "", Code::quota},

    // The service is in trouble.
    {"*", "*", "InternalError", "", Code::unavailable},
    {"*", "*", "InternalFailure", "", Code::unavailable},
    {"*", "*", "InternalServer*", "", Code::unavailable},
    {"*", "*", "Server*", "", Code::unavailable},
    {"*", "*", "ServiceUnavailable*", "", Code::unavailable},
    {"*", "*", "ServiceFailure*", "", Code::unavailable},
    {"*", "*", "Unavailable", "", Code::unavailable},
    {"*", "*", "RequestTimeout*", "", Code::unavailable},
    {"resourcegroupstaggingapi", "*", "PaginationTokenExpiredException", "", Code::unavailable},
};

// A rule after one that fits all that it fits is never reached. (Each is a constant of its own:
// compilers count the steps of one.)
constexpr bool is_reached(std::size_t later) {
  const Rule& other = kRules[later];
  for (std::size_t earlier = 0; earlier < later; ++earlier) {
    const Rule& one = kRules[earlier];
    if (!one.fragment.empty() && one.fragment != other.fragment) continue;
    if (one.code.covers(other.code) && one.service.covers(other.service) &&
        one.operation.covers(other.operation)) {
      return false;
    }
  }
  return true;
}
template <std::size_t kPlace>
constexpr bool kIsReached = is_reached(kPlace);
template <std::size_t... kPlaces>
constexpr bool every_rule_is_reached(std::index_sequence<kPlaces...>) {
  return (kIsReached<kPlaces> && ...);
}
static_assert(every_rule_is_reached(std::make_index_sequence<std::size(kRules)>()));

bool mentions(std::string_view message, std::string_view fragment) {
  if (fragment.empty()) return true;
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  return std::search(message.begin(), message.end(), fragment.begin(), fragment.end(), same) !=
         message.end();
}

Code by_http_status(int status) {
  if (status == 429) return Code::throttled;
  if (status >= 300 && status < 400) return Code::invalid;
  if (status == 401 || status == 403) return Code::denied;
  if (status == 404) return Code::not_found;
  if (status == 408) return Code::unavailable;
  if (status == 409 || status == 412) return Code::conflict;
  if (status >= 400 && status < 500) return Code::invalid;
  return Code::unavailable;
}

Code look_up(std::string_view service, std::string_view operation, std::string_view code,
             int http_status, std::string_view message) {
  for (const Rule& rule : kRules) {
    if (rule.service.fits(service) && rule.operation.fits(operation) && rule.code.fits(code) &&
        mentions(message, rule.fragment)) {
      return rule.means;
    }
  }
  return by_http_status(http_status);
}

}  // namespace

std::string_view bare_error_code(std::string_view aws_code) {
  if (const auto hash = aws_code.rfind('#'); hash != std::string_view::npos) {
    aws_code.remove_prefix(hash + 1);
  }
  return aws_code.substr(0, aws_code.find(':'));
}

Status classify(std::string_view service, std::string_view operation, std::string_view aws_code,
                int http_status, std::string_view message) {
  const std::string_view bare = bare_error_code(aws_code);
  Status status;
  status.code = look_up(service, operation, bare, http_status, message);
  status.aws_code = bare;
  status.message.append(service).append(":").append(operation).append(": ");
  if (bare.empty()) {
    status.message.append("HTTP ").append(std::to_string(http_status));
  } else {
    status.message.append(bare);
  }
  if (!message.empty()) status.message.append(": ").append(message);
  return status;
}

bool is_clock_skew(std::string_view aws_code, std::string_view message) {
  constexpr std::array kCodes = {"RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"};
  if (std::find(kCodes.begin(), kCodes.end(), aws_code) != kCodes.end()) return true;
  return mentions(message, "signature expired") || mentions(message, "signature not yet current");
}

bool is_expired_session(std::string_view aws_code) {
  return aws_code.starts_with("ExpiredToken") || aws_code == "RequestExpired";
}

bool is_transient(std::string_view aws_code) {
  return aws_code == "RequestTimeout" || aws_code == "RequestTimeoutException";
}

bool may_be_region_trouble(std::string_view aws_code) {
  constexpr std::array kCodes = {"InvalidClientTokenId", "AuthFailure",
                                 "UnrecognizedClientException"};
  return std::find(kCodes.begin(), kCodes.end(), aws_code) != kCodes.end();
}

bool is_about_credentials(std::string_view aws_code) {
  constexpr std::array kCodes = {
      "InvalidClientTokenId", "InvalidAccessKeyId",          "SignatureDoesNotMatch",
      "AuthFailure",          "UnrecognizedClientException", "InvalidToken",
      "IncompleteSignature",  "InvalidSignatureException",   "MissingAuthenticationToken"};
  return std::find(kCodes.begin(), kCodes.end(), aws_code) != kCodes.end() ||
         is_expired_session(aws_code);
}

}  // namespace byoc
