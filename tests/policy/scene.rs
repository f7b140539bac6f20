//! Two teams, one weakness a team, and people of every role.

use model::policy::Role;
use tests::support::{Client, Engine, TestServer, people};

/// Somebody who asks.
pub struct Asker {
    /// The word at the head of their column.
    pub name: &'static str,
    /// Their browser.
    pub client: Client,
    /// Their API token.
    pub token: Client,
}

/// The scene.
pub struct Scene {
    pub server: TestServer,
    /// The first administrator, whom the table does not ask.
    pub root: Client,
    pub askers: Vec<Asker>,
    /// A finding of the team that the lead and the member belong to.
    pub ours: String,
    /// A finding of another team.
    pub theirs: String,
    /// The job that imported them.
    pub job: i64,
    /// The numbers of the assets of each.
    pub assets: [String; 2],
}

/// An export with a host of each team.
fn export() -> Vec<u8> {
    let host = |name: &str, ip: &str| {
        format!(
            r#"<ReportHost name="{name}"><HostProperties><tag name="HOST_END">Mon Mar  2 10:00:00 2026</tag>
<tag name="HOST_END_TIMESTAMP">1772442000</tag><tag name="host-ip">{ip}</tag><tag name="host-fqdn">{name}</tag></HostProperties>
<ReportItem port="443" svc_name="www" protocol="tcp" severity="3" pluginID="100001" pluginName="Out of date" pluginFamily="Web Servers">
<synopsis>s</synopsis><description>d</description><solution>u</solution><xref>CWE:79</xref><plugin_output>secret of {name}</plugin_output>
</ReportItem></ReportHost>"#
        )
    };
    let hosts = [host("pay-1.example.com", "192.0.2.1"), host("web-1.example.com", "192.0.2.2")].concat();
    format!(
        r#"<?xml version="1.0" ?><NessusClientData_v2><Report name="Weekly">{hosts}</Report></NessusClientData_v2>"#
    )
    .into_bytes()
}

impl Scene {
    /// Sets it.
    pub async fn set(engine: Engine) -> Self {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut askers = Vec::new();
        let nobody = Client::new(&server);
        askers.push(Asker { name: "nobody", token: nobody.clone(), client: nobody });
        let roles = [
            ("admin", Role::Admin),
            ("analyst", Role::Analyst),
            ("lead", Role::Lead),
            ("executive", Role::Executive),
            ("member", Role::Member),
            ("auditor", Role::Auditor),
            ("other_lead", Role::Lead),
            ("teamless", Role::Member),
        ];
        for (name, role) in roles {
            let mut client = people::person(&server, &mut root, name, role).await;
            let token = people::token(&mut client, "table").await;
            askers.push(Asker { name, client, token });
        }
        people::team(&mut root, "Ours", &["lead", "member"], &["pay-*"]).await;
        people::team(&mut root, "Theirs", &["other_lead"], &["web-*"]).await;
        let job = root.upload(&[("weekly.nessus", &export())]).await[0];
        assert_eq!(root.imported(job).await["state"], "done");
        let ours = root.rows("/findings?q=team:ours").await.remove(0);
        let theirs = root.rows("/findings?q=team:theirs").await.remove(0);
        let assets =
            [root.rows("/assets?q=team:ours").await.remove(0), root.rows("/assets?q=team:theirs").await.remove(0)];
        Self { server, root, askers, ours, theirs, job, assets }
    }
}
