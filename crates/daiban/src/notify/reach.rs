//! Where an address that an owner typed may point, and the resolver that keeps to it.
//!
//! A host is resolved here, every address of it is looked at, and the connection goes to an address that was looked at, so
//! that a name cannot answer differently the second time.

use std::net::{IpAddr, SocketAddr};

use daiban_core::invalid::InvalidInput;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::net::address;

/// Where owner-given addresses may point.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// Loopback and private hosts too.
    pub allow_private: bool,
}

impl Reach {
    /// Reads an owner-given address: `https://`; `http://` only inside the house, and only where that is allowed.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the field.
    pub fn check(self, field: &str, text: &str) -> Result<Url, InvalidInput> {
        let url = Url::parse(text.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url.filter(|url| url.host().is_some()) else {
            return Err(InvalidInput::new(
                field,
                "应当是一个网址，例如 https://example.com",
                "should be an address such as https://example.com",
            ));
        };
        if !self.allow_private && (address::is_loopback(&url) || is_inside_literal(&url)) {
            return Err(inside(field));
        }
        if url.scheme() == "http" && !(self.allow_private && address::is_indoors(&url)) {
            return Err(InvalidInput::new(
                field,
                "请用 https://；http:// 只能用于内网地址，并且要打开 channels.allow_private",
                "use https://; http:// is for private hosts only, with channels.allow_private",
            ));
        }
        Ok(url)
    }

    /// Whether a connection to it is allowed.
    pub(super) fn admits(self, ip: IpAddr) -> bool {
        self.allow_private || address::is_public(ip)
    }
}

fn is_inside_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => !address::is_public(ip.into()),
        Some(Host::Ipv6(ip)) => !address::is_public(ip.into()),
        _ => false,
    }
}

/// Why not.
pub(super) fn inside(field: &str) -> InvalidInput {
    InvalidInput::new(
        field,
        "指向本机或内网；确实需要时请打开 channels.allow_private",
        "points at this machine or a private network; set channels.allow_private where that is wanted",
    )
}

/// Resolves names and refuses those with an address inside the house.
pub(super) struct Guard(pub(super) Reach);

#[derive(Debug, thiserror::Error)]
#[error("the name points at a private address")]
struct Inside;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !reach.admits(address.ip())) {
                return Err(Inside.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether a request failed because the guard refused its host.
pub(super) fn came_from_guard(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Inside>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::net;

    #[test]
    fn addresses_an_owner_may_type() {
        let closed = Reach {
            allow_private: false,
        };
        let open = Reach {
            allow_private: true,
        };
        assert!(closed.check("url", "https://hook.example.com/x").is_ok());
        for inside in [
            "https://127.0.0.1/x",
            "https://[::1]/",
            "https://localhost",
            "https://10.0.0.8",
            "https://169.254.169.254/latest",
            "https://[::ffff:10.0.0.1]/",
            "https://2130706433/",
            "https://0x7f.1/",
        ] {
            assert_eq!(
                closed.check("url", inside).unwrap_err().field,
                "url",
                "{inside}"
            );
            assert!(open.check("url", inside).is_ok(), "{inside}");
        }
        for plain in ["http://hook.example.com", "http://8.8.8.8"] {
            assert!(
                closed.check("url", plain).is_err() && open.check("url", plain).is_err(),
                "{plain}"
            );
        }
        assert!(open.check("url", "http://192.168.1.5:8123/api").is_ok());
        assert!(closed.check("url", "http://192.168.1.5:8123/api").is_err());
        for nonsense in ["", "hook", "ftp://x.example", "javascript:alert(1)"] {
            assert!(open.check("url", nonsense).is_err(), "{nonsense}");
        }
    }

    #[tokio::test]
    async fn a_name_that_points_inside_is_refused_when_it_is_resolved() {
        net::install_tls();
        let guard = Guard(Reach {
            allow_private: false,
        });
        let client = reqwest::Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(guard))
            .build()
            .unwrap();
        let error = client.get("http://localhost:9/").send().await.unwrap_err();
        assert!(came_from_guard(&error), "{error:?}");
    }
}
