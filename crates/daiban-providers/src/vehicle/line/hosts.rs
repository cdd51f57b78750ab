//! Where requests go: https, or plain http to this machine only.
//!
//! In 2020 this family was asked over plain http. Tokens that open a car do not go that way.

use std::net::{Ipv4Addr, Ipv6Addr};

use daiban_core::Text;
use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;

use super::super::error::refused;
use super::super::profile::Profile;

/// The hosts of one visit, each as `https://name:port`, with a folder where one is set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hosts {
    /// Where accounts live.
    pub(super) user: String,
    /// Where cars live.
    pub(super) device: String,
    /// Where other cars live.
    pub(super) other: Option<String>,
}

impl Hosts {
    /// The profile's, or those of the settings `user_url`, `device_url` and `other_device_url`. Who sets where cars live has
    /// left the profile's hosts, and nothing is sent to its other one.
    ///
    /// # Errors
    /// `Refused` with code `setting`.
    pub(super) fn of(visit: &Visit<'_>, profile: &Profile) -> Result<Self, ServiceError> {
        let set = |name| visit.setting(name).ok();
        let other = match set("device_url") {
            Some(_) => None,
            None => profile.other_device_url.as_deref(),
        };
        let other = set("other_device_url").or(other);
        Ok(Self {
            user: host("user_url", set("user_url").unwrap_or(&profile.user_url))?,
            device: host(
                "device_url",
                set("device_url").unwrap_or(&profile.device_url),
            )?,
            other: other.map(|url| host("other_device_url", url)).transpose()?,
        })
    }
}

/// Scheme, host and folder, without a slash at the end. A folder is what something in front of a service takes off again,
/// and so it is not signed.
fn host(name: &str, url: &str) -> Result<String, ServiceError> {
    let url = url.trim().trim_end_matches('/');
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let (authority, folder) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let in_host = |letter: char| letter.is_ascii_alphanumeric() || "-.:[]".contains(letter);
    let in_folder = |letter: char| letter.is_ascii_alphanumeric() || "/-_".contains(letter);
    let is_host =
        !authority.is_empty() && authority.chars().all(in_host) && folder.chars().all(in_folder);
    match scheme.to_ascii_lowercase().as_str() {
        "https" if is_host => Ok(format!("https://{rest}")),
        "http" if is_host && is_this_machine(authority) => Ok(format!("http://{rest}")),
        "http" if is_host => Err(refused(
            "setting",
            Text::new(
                format!("设置 {name}：只有本机地址可以用 http://，令牌不走明文"),
                format!(
                    "setting {name}: plain http:// is for this machine only; tokens do not go in the clear"
                ),
            ),
        )),
        _ => Err(refused(
            "setting",
            Text::new(
                format!("设置 {name} 应是 https:// 加主机名"),
                format!("setting {name} should be https:// and a host"),
            ),
        )),
    }
}

/// Whether a host, with or without a port, is this machine and can be no other.
fn is_this_machine(authority: &str) -> bool {
    if let Some(inside) = authority.strip_prefix('[') {
        let (address, port) = inside.split_once(']').unwrap_or_default();
        let is_loopback = |ip: Ipv6Addr| {
            ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback())
        };
        return is_port(port) && address.parse().is_ok_and(is_loopback);
    }
    let (name, port) = match authority.find(':') {
        Some(at) => authority.split_at(at),
        None => (authority, ""),
    };
    let name = name.to_ascii_lowercase();
    let is_loopback = |ip: Ipv4Addr| ip.is_loopback();
    is_port(port) && (name == "localhost" || name.parse().is_ok_and(is_loopback))
}

/// Nothing, or a colon and a number.
fn is_port(text: &str) -> bool {
    text.is_empty()
        || text
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for (url, taken) in [
            (
                "https://device-api.xchanger.cn",
                "https://device-api.xchanger.cn",
            ),
            (
                " HTTPS://device-api.xchanger.cn:8443/ ",
                "https://device-api.xchanger.cn:8443",
            ),
            ("http://127.0.0.1:5105/", "http://127.0.0.1:5105"),
            ("http://127.3.2.1", "http://127.3.2.1"),
            (
                "http://127.0.0.1:5105/second/",
                "http://127.0.0.1:5105/second",
            ),
            ("http://[::1]:5105", "http://[::1]:5105"),
            ("http://LocalHost:5105", "http://LocalHost:5105"),
        ] {
            assert_eq!(host("device_url", url).unwrap(), taken);
        }
        for url in [
            "http://api.xchanger.cn",
            "http://192.168.1.2:5105",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://127.0.0.1@example.com",
            "http://example.com#127.0.0.1",
            "http://127.0.0.1:x",
            "http://[::1].example.com",
            "http://[2001:db8::1]",
            "ftp://127.0.0.1",
            "https://",
            "https://example.com/../path",
            "https://example.com/a b",
            "http://example.com/127.0.0.1",
            "https://example.com?x=1",
            "https://a b",
            "https://例子.cn",
            "device-api.xchanger.cn",
            "",
        ] {
            let refused = host("device_url", url).unwrap_err();
            assert!(
                matches!(&refused, ServiceError::Refused { code, .. } if code == "setting"),
                "{url}"
            );
            assert!(refused.text().en.contains("device_url"));
        }
    }
}
