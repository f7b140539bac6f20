//! A PostgreSQL cluster of the tests' own: on loopback, in a temporary folder, gone when its owner is gone.

use crate::needs::is_root;
use crate::project::quietly;
use anyhow::{Context, Result};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running cluster. Dropping it stops the server and removes its files.
///
/// A guardian process does both. It waits for the end of its standard input, which comes when the cluster is dropped and
/// also when this program is killed, so that nothing outlives a test run however it ends. Process groups that are given
/// to [`Cluster::guard`] end with the cluster.
pub struct Cluster {
    url: String,
    guardian: Child,
}

/// This process's folder for its cluster.
fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("postura-postgres-{}", std::process::id()))
}

/// What a test cluster can do without.
const NOT_DURABLE: &str = "\
fsync = off
synchronous_commit = off
full_page_writes = off
";

/// What many tests at once need.
const SETTINGS: &str = "\
max_connections = 300
shared_buffers = 64MB
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
";

impl Cluster {
    /// Makes a cluster with the programs of that folder and starts it. One that need not be durable spares the disk.
    pub fn start(programs: &Path, durable: bool) -> Result<Self> {
        let folder = folder();
        std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let account = Account { user: is_root().then_some("postgres") };
        let guardian = account.guardian(programs, &folder).context("cannot start a shell")?;
        let mut cluster = Self { url: String::new(), guardian };

        let password = random_hex()?;
        std::fs::write(folder.join("password"), &password)?;
        account.own(&folder)?;
        let data = folder.join("data");
        quietly(
            account
                .command(&programs.join("initdb"))
                .args(["--username=postgres", "--auth-local=reject", "--auth-host=scram-sha-256"])
                .args(["--no-locale", "--encoding=UTF8", "--no-sync", "--pwfile"])
                .arg(folder.join("password"))
                .arg("--pgdata")
                .arg(&data),
        )?;
        let mut settings = OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
        settings.write_all(SETTINGS.as_bytes())?;
        if !durable {
            settings.write_all(NOT_DURABLE.as_bytes())?;
        }
        let port = account.start(programs, &folder)?;
        cluster.url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        Ok(cluster)
    }

    /// Sees to it that a process group ends when the cluster does, or when this program is killed.
    pub fn guard(&mut self, leader: &Child) -> Result<()> {
        let input = self.guardian.stdin.as_mut().context("the guardian of the test cluster is gone")?;
        Ok(writeln!(input, "{}", leader.id())?)
    }

    /// How to reach it, as a superuser.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        if let Err(error) = self.guardian.wait() {
            eprintln!("warning: the PostgreSQL server of the tests may still run: {error}");
        }
    }
}

/// Who runs the server. It refuses to run as root, so root hands it to the account of PostgreSQL's package.
struct Account {
    user: Option<&'static str>,
}

impl Account {
    fn command(&self, program: &Path) -> Command {
        match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command.current_dir("/");
                command
            }
            None => Command::new(program),
        }
    }

    fn own(&self, folder: &Path) -> Result<()> {
        quietly(Command::new("chmod").arg("-R").arg("go=").arg(folder))?;
        match self.user {
            Some(user) => quietly(Command::new("chown").arg("-R").arg(user).arg(folder)),
            None => Ok(()),
        }
    }

    /// Starts the server and returns its port. Another program may take the port between its choice and its use, so a few
    /// are tried.
    fn start(&self, programs: &Path, folder: &Path) -> Result<u16> {
        let mut tries = 3;
        loop {
            let port = free_port()?;
            let mut start = self.command(&programs.join("pg_ctl"));
            start.arg("--pgdata").arg(folder.join("data")).arg("--log").arg(folder.join("log"));
            start.args(["--wait", "--timeout=60", &format!("--options=-p {port}"), "start"]);
            tries -= 1;
            match quietly(&mut start) {
                Ok(()) => return Ok(port),
                Err(error) if tries == 0 => {
                    return Err(error.context(std::fs::read_to_string(folder.join("log")).unwrap_or_default()));
                }
                Err(_) => {}
            }
        }
    }

    /// A shell in a process group of its own, so that Ctrl-C on the terminal does not reach it.
    fn guardian(&self, programs: &Path, folder: &Path) -> std::io::Result<Child> {
        let stop = match self.user {
            Some(user) => format!("runuser -u {user} -- "),
            None => String::new(),
        };
        let script = format!(
            "groups=''; while read -r group; do groups=\"$groups -$group\"; done; cd /; \
             [ -z \"$groups\" ] || kill -s TERM -- $groups; \
             {stop}\"$1/pg_ctl\" --pgdata \"$2/data\" --mode=immediate --wait stop; rm -rf \"$2\""
        );
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, "guardian"]).arg(programs).arg(folder);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        shell.spawn()
    }
}

/// A password that nobody guesses, from the system's own source of randomness.
fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A port that nobody listens on now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    #[test]
    fn passwords_are_long_and_differ() {
        let (one, two) = (random_hex().unwrap(), random_hex().unwrap());
        assert_eq!(one.len(), 32);
        assert_ne!(one, two);
    }

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let programs = crate::needs::find_postgres().expect("PostgreSQL is installed, as `cargo xtask test` sees to");
        let cluster = Cluster::start(&programs, false).unwrap();
        let (_, address) = cluster.url().split_once('@').unwrap();
        let address = address.trim_end_matches("/postgres").to_owned();
        TcpStream::connect(&address).unwrap();
        let folder = folder();
        assert!(folder.exists());
        drop(cluster);
        assert!(TcpStream::connect(&address).is_err());
        assert!(!folder.exists());
    }
}
