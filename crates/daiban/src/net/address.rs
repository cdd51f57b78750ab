//! Which addresses may be asked: HTTPS for services, and nothing inside the house for addresses that an owner typed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use daiban_core::invalid::InvalidInput;
use url::{Host, Url};

/// Reads the address of a service: `https://`, or plain `http://` to this machine only.
///
/// # Errors
/// [`InvalidInput`] naming the field.
pub fn service_url(field: &str, text: &str) -> Result<Url, InvalidInput> {
    let url = Url::parse(text.trim()).map_err(|_| not_an_address(field))?;
    if url.host().is_none() {
        return Err(not_an_address(field));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(InvalidInput::new(
            field,
            "只有本机地址可以用 http://，其他地址请用 https://",
            "plain http:// is refused unless the host is this machine; use https://",
        )),
        _ => Err(not_an_address(field)),
    }
}

fn not_an_address(field: &str) -> InvalidInput {
    InvalidInput::new(
        field,
        "应当是一个网址，例如 https://example.com",
        "should be an address such as https://example.com",
    )
}

/// Whether the address names this machine itself.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether plain `http://` to this host can only stay inside the house: a private address, a name without a dot, or a
/// name under an ending that is never public.
pub fn is_indoors(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let endings = [".local", ".lan", ".internal", ".home.arpa"];
            is_local_name(&name)
                || !name.contains('.')
                || endings.iter().any(|ending| name.ends_with(ending))
        }
        Some(Host::Ipv4(ip)) => !is_public(ip.into()),
        Some(Host::Ipv6(ip)) => !is_public(ip.into()),
        None => false,
    }
}

/// Whether an address belongs to the public internet. Everything that a registry sets apart is not public: this machine,
/// private and link-local networks, carrier NAT, documentation, multicast, and IPv6 forms that carry such an IPv4 address.
///
/// *Documented*: the IANA special-purpose address registries.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let low = Ipv4Addr::from_bits((u32::from(s[6]) << 16) | u32::from(s[7]));
    match s {
        // ::/96 (unspecified, this machine, the old form of carrying IPv4) and ::ffff:0:0/96
        [0, 0, 0, 0, 0, 0 | 0xffff, _, _] => ip.to_ipv4_mapped().is_some_and(is_public_v4),
        // NAT64
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public_v4(low),
        // 6to4 carries the IPv4 address in front
        [0x2002, high, next, ..] => is_public_v4(Ipv4Addr::from_bits(
            (u32::from(high) << 16) | u32::from(next),
        )),
        // Teredo, benchmarking, ORCHID and the like; documentation
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // All of the public internet is in 2000::/3.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn services_are_https_or_this_machine() {
        for good in [
            "https://kyfw.12306.cn",
            "http://127.0.0.1:1",
            "http://localhost:8/x",
            "http://[::1]:8",
            "http://sim.localhost",
        ] {
            assert!(service_url("base_url", good).is_ok(), "{good}");
        }
        for bad in [
            "http://kyfw.12306.cn",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "ftp://localhost",
            "kyfw.12306.cn",
            "",
            "file:///etc",
        ] {
            assert_eq!(
                service_url("base_url", bad).unwrap_err().field,
                "base_url",
                "{bad}"
            );
        }
    }

    #[test]
    fn public_and_not() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "172.32.0.1",
            "2400:3200::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.9.9",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2002:7f00:1::",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
            "64:ff9b:1::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
    }

    #[test]
    fn indoors() {
        let is = |text: &str| is_indoors(&Url::parse(text).unwrap());
        assert!(
            is("http://192.168.1.5:8123")
                && is("http://nas")
                && is("http://ha.local")
                && is("http://[fd00::1]")
        );
        assert!(
            !is("http://example.com") && !is("http://1.1.1.1") && !is("http://local.example.com")
        );
    }
}
