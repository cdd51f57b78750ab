//! TLS of our own: certificate and key from two PEM files, read again when they change on disk.
//!
//! Whoever renews the certificate writes the files anew; within seconds new connections get it. Files that cannot be read
//! or do not belong together leave the certificate in use that was there before, and the log says so once.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use daiban_core::invalid::InvalidInput;
use rustls::{
    ClientConfig, DigitallySignedStruct, ServerConfig, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::{app::AppError, net};

/// The files are looked at no oftener.
const LOOK: Duration = Duration::from_secs(2);

/// Where certificate and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate with those above it, PEM.
    pub cert: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

/// What new connections get.
pub(super) struct Tls {
    files: TlsFiles,
    now: Mutex<Now>,
}

struct Now {
    acceptor: TlsAcceptor,
    written: Written,
    looked: Instant,
    complained: bool,
}

/// When the two files were written.
type Written = [Option<SystemTime>; 2];

impl Tls {
    /// Reads both files.
    ///
    /// # Errors
    /// [`AppError::Settings`] naming the setting whose file is not as it should be.
    pub(super) fn load(files: &TlsFiles) -> Result<Self, AppError> {
        net::install_tls();
        let written = written(files);
        let acceptor = read(files).map_err(AppError::Settings)?;
        let now = Now {
            acceptor,
            written,
            looked: Instant::now(),
            complained: false,
        };
        Ok(Self {
            files: files.clone(),
            now: Mutex::new(now),
        })
    }

    /// For one connection, with the certificate that is on disk now.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.looked.elapsed() >= LOOK {
            now.looked = Instant::now();
            self.look(&mut now);
        }
        now.acceptor.clone()
    }

    fn look(&self, now: &mut Now) {
        let written = written(&self.files);
        if written == now.written {
            return;
        }
        match read(&self.files) {
            Ok(acceptor) => {
                (now.acceptor, now.written, now.complained) = (acceptor, written, false);
                tracing::info!("the new certificate is in use");
            }
            // Not noted as seen: half of a renewal may have been read, and the other half comes.
            Err(wrong) if !now.complained => {
                now.complained = true;
                tracing::warn!(
                    setting = wrong.field,
                    why = wrong.text.en,
                    "the certificate on disk cannot be used; the one before stays"
                );
            }
            Err(_) => {}
        }
    }
}

fn written(files: &TlsFiles) -> Written {
    [&files.cert, &files.key].map(|path| {
        std::fs::metadata(path)
            .and_then(|file| file.modified())
            .ok()
    })
}

fn read(files: &TlsFiles) -> Result<TlsAcceptor, InvalidInput> {
    let chain = chain(&files.cert)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| unreadable("server.tls_key", &files.key, &error))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| {
            InvalidInput::new(
                "server.tls_key",
                format!("证书和私钥不配：{error}"),
                format!("does not fit the certificate: {error}"),
            )
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, InvalidInput> {
    let wrong = |error: &dyn std::fmt::Display| unreadable("server.tls_cert", path, error);
    let all = CertificateDer::pem_file_iter(path).map_err(|error| wrong(&error))?;
    let all: Vec<_> = all
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(&error))?;
    if all.is_empty() {
        return Err(wrong(&"no certificate in it"));
    }
    Ok(all)
}

/// The error of a PEM reader names line or kind, never the content.
fn unreadable(setting: &str, path: &Path, error: &dyn std::fmt::Display) -> InvalidInput {
    InvalidInput::new(
        setting,
        format!("{} 读不了：{error}", path.display()),
        format!("{} cannot be read: {error}", path.display()),
    )
}

/// For asking ourselves: the one certificate that is in the file is believed, whatever name it is made out to, and no other.
///
/// # Errors
/// [`AppError::Settings`] when the file cannot be read.
pub(crate) fn client_of_ourselves(files: &TlsFiles) -> Result<ClientConfig, AppError> {
    net::install_tls();
    let mut chain = chain(&files.cert).map_err(AppError::Settings)?;
    let ours = OnlyOurs {
        certificate: chain.swap_remove(0),
        provider: rustls::crypto::ring::default_provider(),
    };
    Ok(ClientConfig::builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(ours))
        .with_no_client_auth())
}

#[derive(Debug)]
struct OnlyOurs {
    certificate: CertificateDer<'static>,
    provider: CryptoProvider,
}

impl ServerCertVerifier for OnlyOurs {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *shown == self.certificate {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::InvalidCertificate(
            rustls::CertificateError::ApplicationVerificationFailure,
        ))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let known = &self.provider.signature_verification_algorithms;
        known.supported_schemes()
    }
}
