//! `cargo xtask selfscan`: real scanners against the program on loopback, signed in; fails if one finds anything of medium
//! severity or above.
//!
//! Which scanners there are is asked of the machine: wapiti (`wapiti3` of `PyPI`), nmap, sslscan and testssl.sh (Debian). Two at
//! least must be there. Those of TLS look at a certificate of an authority of its own, as an operator's would be. What each
//! wrote stays in the target folder, for whoever wants to import it.

mod authority;

use crate::project::{Project, on_path, quietly, run as run_command};
use crate::scale::http::Client;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How long it may take.
#[derive(Args)]
pub struct Options {
    /// Seconds that the web scanner crawls and attacks at most, in all.
    #[arg(long, default_value_t = 900)]
    seconds: u32,
}

const LOGIN: &str = "selfscan";
const PASSWORD: &str = "a passphrase for scanners alone";
/// What wapiti tries: all that concerns a program that is not PHP and not a content management system.
const MODULES: &str = "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,https_redirect,ldap,log4shell,methods,\
    permanentxss,redirect,shellshock,spring4shell,sql,ssl,ssrf,timesql,upload,xss,xxe";
/// What wapiti says of any form without a token, by kind and text: tried for what it means instead.
const FORGERY: (&str, &str) = ("Cross Site Request Forgery", "Lack of anti CSRF token");
/// nmap's scripts that judge a web server and its TLS.
const SCRIPTS: &str = "ssl-enum-ciphers,ssl-cert,ssl-heartbleed,ssl-poodle,ssl-ccs-injection,ssl-dh-params,http-methods,\
    http-trace,http-cookie-flags,http-csrf,http-stored-xss,http-dombased-xss,http-vuln*";

/// Starts the program, scans it, and says what was found.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    let site = project.site();
    ensure!(site.join("pkg").exists(), "bundle the browser's files first: cargo xtask bundle");
    project.say("building the server");
    run_command(project.cargo().args(["build", "--quiet", "--package", "server", "--bin", "postura"]))?;
    let folder = project.target.join("selfscan");
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => std::fs::create_dir_all(&folder)?,
    }
    let place = Place { binary: project.target.join("debug").join("postura"), site, folder };
    place.fill(&project.root)?;
    let mut found = Vec::new();
    let mut ran = Vec::new();
    if let Some(wapiti) = on_path("wapiti") {
        project.say("wapiti, signed in");
        let server = place.serve("")?;
        found.extend(place.wapiti(&wapiti, &server, options.seconds)?);
        ensure!(place.refuses_other_sites(&server)?, "a request of another site was taken");
        ran.push("wapiti");
    }
    authority::issue(&place.folder)?;
    let server = place.serve("[tls]\ncertificate = \"site.pem\"\nkey = \"site.key\"\n")?;
    if let Some(nmap) = on_path("nmap") {
        project.say("nmap");
        found.extend(place.nmap(&nmap, &server)?);
        ran.push("nmap");
    }
    if let Some(sslscan) = on_path("sslscan") {
        project.say("sslscan");
        found.extend(place.sslscan(&sslscan, &server)?);
        ran.push("sslscan");
    }
    if let Some(testssl) = on_path("testssl") {
        project.say("testssl.sh");
        found.extend(place.testssl(&testssl, &server)?);
        ran.push("testssl.sh");
    }
    let missing = "two scanners at least are needed: pip install wapiti3, apt-get install nmap sslscan testssl.sh";
    ensure!(ran.len() >= 2, "{missing}");
    project.say(&format!("{} ran; what they wrote is in {}", ran.join(", "), place.folder.display()));
    if found.is_empty() {
        project.say("nothing of medium severity or above");
        return Ok(());
    }
    bail!("they found:\n{}", found.join("\n"))
}

/// The installation that is scanned.
struct Place {
    binary: PathBuf,
    site: PathBuf,
    folder: PathBuf,
}

/// The program while it serves; it ends with this.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which was told where it mattered.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Place {
    fn call(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(&self.folder).env("POSTURA_DATA_DIR", self.folder.join("data"));
        command
    }

    /// Somebody to sign in as, and something to show on the pages.
    fn fill(&self, root: &Path) -> Result<()> {
        let mut adding = self.call(&["user", "add", LOGIN, "--role", "admin"]).stdin(Stdio::piped()).spawn()?;
        adding.stdin.take().context("it takes no input")?.write_all(format!("{PASSWORD}\n").as_bytes())?;
        ensure!(adding.wait()?.success(), "nobody can be added");
        let fixtures = root.join("tests/fixtures");
        quietly(self.call(&["import"]).args([fixtures.join("nessus/full.nessus"), fixtures.join("zap/plain.json")]))
    }

    fn serve(&self, settings: &str) -> Result<Server> {
        std::fs::write(self.folder.join("postura.toml"), settings)?;
        let mut command = self.call(&["serve", "--port", "0", "--site"]);
        command.arg(&self.site).env("POSTURA_LOG", "error").stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let said = BufReader::new(child.stdout.take().context("it says nothing")?);
        let mut server = Server { child, port: 0 };
        for line in said.lines() {
            let line = line?;
            if let Some(port) = line.rsplit(':').next().filter(|_| line.contains("listens on")) {
                server.port = port.trim().parse().context("it listens nowhere")?;
                return Ok(server);
            }
        }
        bail!("the server ended")
    }

    /// What wapiti calls a vulnerability of level 2 (medium) or above.
    ///
    /// Pages with which it could end its own session it does not see in this pass.
    fn wapiti(&self, wapiti: &Path, server: &Server, seconds: u32) -> Result<Vec<String>> {
        let mut client = Client::connect(server.port)?;
        client.sign_in(LOGIN, PASSWORD)?;
        let (report, log) = (self.folder.join("wapiti.json"), std::fs::File::create(self.folder.join("wapiti.log"))?);
        let origin = format!("http://127.0.0.1:{}", server.port);
        let mut command = Command::new(wapiti);
        command.args([
            "--flush-session",
            "--no-bugreport",
            "-f",
            "json",
            "--scope",
            "folder",
            "-d",
            "4",
            "--tasks",
            "4",
        ]);
        command.args(["--max-links-per-page", "40", "--max-files-per-dir", "30", "-m", MODULES, "-C", client.cookie()]);
        command.args(["--max-scan-time", &seconds.to_string(), "--max-attack-time", &(seconds / 15).to_string()]);
        command.args(["-u", &format!("{origin}/")]);
        for page in ["sign-out*", "account*", "settings/people*", "api/ui/sign-out*", "api/ui/set-user*", "pkg/*"] {
            command.args(["-x", &format!("{origin}/{page}")]);
        }
        for page in
            ["findings", "posture", "scans", "scans/schedules", "assets", "teams", "settings", "settings/security"]
        {
            command.args(["-s", &format!("{origin}/{page}")]);
        }
        run_command(command.arg("-o").arg(&report).stdout(log.try_clone()?).stderr(log))?;
        // Still signed in at the end, or all of that was done as nobody.
        ensure!(client.again(server.port)?.get("/settings")?.status == 200, "the scanner was signed out on its way");
        judged(&serde_json::from_slice(&std::fs::read(&report)?)?)
    }

    /// Whether a form that another site sends with the user's cookies is refused. wapiti looks for a token in each form and
    /// finds none: Postura asks the browser where a request comes from instead.
    fn refuses_other_sites(&self, server: &Server) -> Result<bool> {
        let mut client = Client::connect(server.port)?;
        client.sign_in(LOGIN, PASSWORD)?;
        let fields = [("name", "of another site"), ("next", "/teams")];
        let theirs = client.again(server.port)?.led_by("https://other.example").post("/api/ui/add-team", &fields)?;
        let own = client.again(server.port)?.post("/api/ui/add-team", &fields)?;
        Ok(theirs.status == 403 && own.status < 400)
    }

    /// What nmap's scripts call vulnerable, and ciphers that are not of the best grade.
    fn nmap(&self, nmap: &Path, server: &Server) -> Result<Vec<String>> {
        let report = self.folder.join("nmap.xml");
        let mut command = Command::new(nmap);
        command.args(["-Pn", "-sV", "--version-intensity", "2", "-p", &server.port.to_string(), "--script", SCRIPTS]);
        quietly(command.arg("-oX").arg(&report).arg("localhost"))?;
        let said = std::fs::read_to_string(&report)?;
        let bad = |line: &&str| {
            (line.contains("VULNERABLE") && !line.contains("NOT VULNERABLE"))
                || (line.contains("least strength: ") && !line.contains("least strength: A"))
        };
        ensure!(said.contains("least strength: "), "nmap found no TLS");
        Ok(said.split("&#xa;").filter(bad).map(|line| format!("nmap: {}", line.trim())).collect())
    }

    /// Old protocols and Heartbleed.
    fn sslscan(&self, sslscan: &Path, server: &Server) -> Result<Vec<String>> {
        let report = self.folder.join("sslscan.xml");
        let to = format!("localhost:{}", server.port);
        quietly(Command::new(sslscan).arg(format!("--xml={}", report.display())).arg(to))?;
        let said = std::fs::read_to_string(&report)?;
        ensure!(said.contains("<protocol "), "sslscan found no TLS");
        let old =
            ["\"ssl\" version=\"2\"", "\"ssl\" version=\"3\"", "\"tls\" version=\"1.0\"", "\"tls\" version=\"1.1\""];
        let bad = |line: &&str| {
            (line.contains("enabled=\"1\"") && old.iter().any(|old| line.contains(old)))
                || line.contains("vulnerable=\"1\"")
                || line.contains("strength=\"weak\"")
        };
        Ok(said.lines().filter(bad).map(|line| format!("sslscan: {}", line.trim())).collect())
    }
}

impl Place {
    /// What testssl.sh gives a severity of medium or above. It asks nobody but the server.
    fn testssl(&self, testssl: &Path, server: &Server) -> Result<Vec<String>> {
        let report = self.folder.join("testssl.json");
        let mut command = Command::new(testssl);
        command.args(["--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none", "--ip", "127.0.0.1"]);
        command.arg("--add-ca").arg(self.folder.join("authority.pem")).arg("--jsonfile").arg(&report);
        let log = std::fs::File::create(self.folder.join("testssl.log"))?;
        // Its status is the number of what it found strange: the report says what that is.
        command
            .arg(format!("localhost:{}", server.port))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()?;
        let said: Vec<Value> =
            serde_json::from_slice(&std::fs::read(&report)?).context("testssl.sh wrote no report")?;
        ensure!(said.iter().any(|one| one["id"] == "TLS1_3"), "testssl.sh found no TLS");
        let grave = said.iter().filter(|one| matches!(one["severity"].as_str(), Some("MEDIUM" | "HIGH" | "CRITICAL")));
        Ok(grave.map(|one| format!("testssl.sh: {} {}", one["id"], one["finding"])).collect())
    }
}

/// The vulnerabilities of a report of wapiti's that are of medium severity or above.
fn judged(report: &Value) -> Result<Vec<String>> {
    let kinds = report["vulnerabilities"].as_object().context("wapiti wrote no report")?;
    let of = |(kind, found): (&String, &Value)| {
        let found = found.as_array().cloned().unwrap_or_default();
        let explained = |one: &Value| kind == FORGERY.0 && one["info"] == FORGERY.1;
        let grave = found.into_iter().filter(|one| one["level"].as_i64().unwrap_or(4) >= 2 && !explained(one));
        let kind = kind.clone();
        let grave: Vec<Value> = grave.collect();
        grave
            .into_iter()
            .map(move |one| format!("wapiti: {kind}: {} {}", one["method"], one["info"]))
            .collect::<Vec<_>>()
    };
    Ok(kinds.iter().flat_map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_low_is_not_told() {
        let report = serde_json::json!({ "vulnerabilities": {
            "Low": [{ "level": 1, "method": "GET", "info": "a" }],
            "Grave": [{ "level": 3, "method": "GET", "info": "b" }, { "method": "POST", "info": "no level" }],
            "None": [],
        }});
        let found = judged(&report).unwrap();
        assert!(found.len() == 2 && found.iter().all(|line| line.contains("Grave")), "{found:?}");
        assert!(judged(&serde_json::json!({})).is_err());
    }
}
