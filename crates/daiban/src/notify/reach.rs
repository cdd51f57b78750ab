//! Where an address that an owner typed may point, and the resolver that keeps to it.
//!
//! A host is resolved here, every address of it is looked at, and the connection goes to an address that was looked at, so
//! that a name cannot answer differently the second time.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use daiban_core::invalid::InvalidInput;
use futures_util::future::BoxFuture;
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

/// What a name stands for.
type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Resolves names and refuses those with an address inside the house. What it looked at is what is connected to.
pub(super) struct Guard {
    reach: Reach,
    lookup: Lookup,
}

impl Guard {
    /// Asking the system.
    pub(super) fn new(reach: Reach) -> Self {
        let lookup: Lookup = Arc::new(|name| Box::pin(ask_system(name)));
        Self { reach, lookup }
    }
}

async fn ask_system(name: String) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

#[derive(Debug, thiserror::Error)]
#[error("the name points at a private address")]
struct Inside;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, found) = (self.reach, (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let found = found.await?;
            if found.iter().any(|ip| !reach.admits(*ip)) {
                return Err(Inside.into());
            }
            let found = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(found) as Addrs)
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

    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;
    use crate::net;

    const CLOSED: Reach = Reach {
        allow_private: false,
    };
    const OPEN: Reach = Reach {
        allow_private: true,
    };

    /// A resolver that says one thing and then another, and how often it was asked.
    fn guard(reach: Reach, said: &[&[&str]]) -> (Guard, Arc<AtomicUsize>) {
        let read = |ips: &&[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect();
        let said: Vec<Vec<IpAddr>> = said.iter().map(read).collect();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let lookup: Lookup = Arc::new(move |_| {
            let turn = counted.fetch_add(1, Ordering::Relaxed);
            let ips = said[turn.min(said.len() - 1)].clone();
            Box::pin(async move { Ok(ips) })
        });
        (Guard { reach, lookup }, asked)
    }

    async fn resolved(guard: &Guard) -> Option<Vec<IpAddr>> {
        let found = guard.resolve("hook.example".parse().unwrap()).await.ok()?;
        Some(found.map(|address| address.ip()).collect())
    }

    #[tokio::test]
    async fn names_that_stand_for_something_inside() {
        for inside in [
            "127.0.0.1",
            "10.0.0.8",
            "172.16.5.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.7",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
        ] {
            for said in [
                &[inside][..],
                &["93.184.216.34", inside],
                &[inside, "93.184.216.34"],
            ] {
                let (guard, _) = guard(CLOSED, &[said]);
                assert_eq!(resolved(&guard).await, None, "{said:?}");
            }
            let (guard, _) = guard(OPEN, &[&[inside]]);
            assert!(resolved(&guard).await.is_some(), "{inside}");
        }
    }

    /// A name that is public when it is looked at and inside when it is connected to: it is looked up once, and what was
    /// looked at is what is connected to; the next request looks again.
    #[tokio::test]
    async fn a_name_cannot_change_between_the_look_and_the_connection() {
        let (guard_of_two, asked) = guard(CLOSED, &[&["93.184.216.34"], &["127.0.0.1"]]);
        let public: IpAddr = "93.184.216.34".parse().unwrap();
        assert_eq!(resolved(&guard_of_two).await, Some(vec![public]));
        assert_eq!(resolved(&guard_of_two).await, None);
        assert_eq!(asked.load(Ordering::Relaxed), 2);

        net::install_tls();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked).await;
            let _ = stream
                .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
                .await;
        });
        let (first_here, asked) = guard(OPEN, &[&["127.0.0.1"], &["192.0.2.1"]]);
        let client = reqwest::Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(first_here))
            .build()
            .unwrap();
        let url = format!("http://hook.example:{port}/");
        assert_eq!(client.get(url).send().await.unwrap().status(), 204);
        assert_eq!(
            asked.load(Ordering::Relaxed),
            1,
            "looked up once for one connection"
        );
    }

    #[test]
    fn addresses_an_owner_may_type() {
        let (closed, open) = (CLOSED, OPEN);
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
        let guard = Guard::new(CLOSED);
        let client = reqwest::Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(guard))
            .build()
            .unwrap();
        let error = client.get("http://localhost:9/").send().await.unwrap_err();
        assert!(came_from_guard(&error), "{error:?}");
    }
}
