//! TLS of the program's own.

use std::path::Path;
use std::sync::Arc;
use tests::support::{Engine, Options, TestServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// Asks for a page, believing one certificate; the answer, or why there is none.
async fn ask(server: &TestServer, certificate: &Path) -> Result<String, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let address = server.origin().strip_prefix("https://").expect("it says https");
    let tcp = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, tcp).await?;
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut said = Vec::new();
    // A peer that closes without saying so has said all that there was.
    let _ = stream.read_to_end(&mut said).await;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_come_over_tls_and_a_changed_certificate_is_taken() {
    let options = Options { settings: "[tls]\ntrial = true\n".to_owned(), ..Options::default() };
    let server = TestServer::start_with(Engine::Sqlite, options).await;
    let folder = server.folder().join("data/tls");
    let (certificate, key) = (folder.join("trial.pem"), folder.join("trial.key"));
    let said = ask(&server, &certificate).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 "), "{said}");
    assert!(said.to_lowercase().contains("strict-transport-security: max-age=31536000"), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        assert_eq!(std::fs::metadata(&key).unwrap().mode() & 0o777, 0o600);
    }
    let mut plain = TcpStream::connect(server.origin().strip_prefix("https://").unwrap()).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    let _ = plain.read_to_end(&mut heard).await;
    assert!(!heard.starts_with(b"HTTP/"), "nothing is said in the clear");

    // Another certificate, as a renewal would put it in its place.
    let other = TestServer::start_with(
        Engine::Sqlite,
        Options { settings: "[tls]\ntrial = true\n".to_owned(), ..Options::default() },
    )
    .await;
    let of_other = other.folder().join("data/tls");
    std::fs::copy(of_other.join("trial.key"), &key).unwrap();
    std::fs::copy(of_other.join("trial.pem"), &certificate).unwrap();
    for _ in 0..40 {
        if ask(&server, &certificate).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    panic!("the changed certificate is not taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_loopback_nothing_is_served_in_the_clear() {
    let server = TestServer::start(Engine::Sqlite).await;
    for settings in ["listen = \"0.0.0.0:0\"\n", "listen = \"0.0.0.0:0\"\nbehind_tls_proxy = true\n"] {
        std::fs::write(server.folder().join("postura.toml"), settings).unwrap();
        let refused = server.postura(&["serve"], "");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("refusing to listen"), "{settings}: {said}");
    }
}
