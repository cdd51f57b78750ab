//! What every answer says to browsers, whoever made it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Only our own files, no inline script or style, nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// daiban asks a browser for none of what it can do beside showing pages.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()";
/// Half a year.
const HSTS: &str = "max-age=15552000";

/// Adds them. What must not be kept by anybody says so, unless whoever made the answer said how long it may be.
pub(crate) fn add(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.remove(header::SERVER);
}

/// Tells a browser to come over TLS alone from now on: said only to one that did.
pub(super) fn insist_on_tls(headers: &mut HeaderMap) {
    let value = HeaderValue::from_static(HSTS);
    headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
}
