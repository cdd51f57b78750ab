//! Addresses and networks, as they are written in settings: `192.168.1.2`, `10.0.0.0/8`, `fd00::/8`.

use std::net::IpAddr;

/// Some addresses: one, or all that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads one; `None`: it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (ip, bits) = match text.split_once('/') {
            Some((ip, bits)) => (ip, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let first: IpAddr = ip.trim().parse().ok()?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { first, bits })
    }

    /// Reads several, with commas or blanks between them; `None`: one of them is none.
    pub fn parse_all(text: &str) -> Option<Vec<Self>> {
        words(text).map(Self::parse).collect()
    }

    /// Whether an address is one of these. An IPv4 address in IPv6 clothes is that IPv4 address.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.first, ip.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => {
                let differ = u128::from(first.to_bits() ^ ip.to_bits());
                differ >> (32 - u32::from(self.bits)) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(ip)) => {
                let differ = first.to_bits() ^ ip.to_bits();
                differ.checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// The words of a list in a setting.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', '\t', '\n'])
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_in_a_network() {
        for (network, ip, is_in) in [
            ("127.0.0.0/8", "127.9.9.9", true),
            ("127.0.0.0/8", "::ffff:127.0.0.1", true),
            ("127.0.0.0/8", "128.0.0.1", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("::1", "::1", true),
            ("::1", "::2", false),
            ("10.0.0.5", "10.0.0.5", true),
            ("10.0.0.5", "10.0.0.4", false),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe00::1", false),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(
                network.contains(ip.parse().unwrap()),
                is_in,
                "{network:?} {ip}"
            );
        }
        for not in [
            "",
            "x",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "::/129",
            "10.0.0/8",
            "1.2.3.4/",
        ] {
            assert_eq!(Network::parse(not), None, "{not:?}");
        }
        assert_eq!(
            Network::parse_all("127.0.0.0/8, ::1  10.0.0.1")
                .unwrap()
                .len(),
            3
        );
        assert_eq!(Network::parse_all("127.0.0.0/8, nas"), None);
    }
}
