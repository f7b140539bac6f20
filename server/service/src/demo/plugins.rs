//! What the made-up host scans find: plugin ids, names, CVE and CWE are facts about Nessus plugins; the prose is ours.

use super::company::Kind;

/// A plugin of the host scanner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plugin {
    pub id: u32,
    pub name: &'static str,
    pub family: &'static str,
    pub severity: u8,
    pub port: u16,
    pub service: &'static str,
    pub cwe: &'static [u32],
    pub cve: &'static [&'static str],
    /// CVSS v3 vector without its prefix, empty for none.
    pub vector: &'static str,
    pub score: &'static str,
    /// Only a signed-in scan sees it.
    pub local: bool,
    /// On what it can be found; every kind if empty.
    pub on: &'static [Kind],
    /// The first week in which the check exists.
    pub from: i64,
}

const fn plugin(id: u32, name: &'static str, family: &'static str, severity: u8) -> Plugin {
    Plugin {
        id,
        name,
        family,
        severity,
        port: 0,
        service: "general",
        cwe: &[],
        cve: &[],
        vector: "",
        score: "",
        local: false,
        on: &[],
        from: 0,
    }
}

const WEB: &[Kind] = &[Kind::Web];
const WINDOWS: &[Kind] = &[Kind::Windows];
const LINUX: &[Kind] = &[Kind::Web, Kind::Database];
const DATABASE: &[Kind] = &[Kind::Database];
const APPLIANCE: &[Kind] = &[Kind::Appliance];

/// The exploited flaw of the web server, which the story turns on.
pub(super) const EXPLOITED: u32 = 153_952;

/// The plugins.
pub(super) const PLUGINS: &[Plugin] = &[
    Plugin { ..plugin(19_506, "Nessus Scan Information", "Settings", 0) },
    Plugin { ..plugin(10_287, "Traceroute Information", "General", 0) },
    Plugin { ..plugin(11_936, "OS Identification", "General", 0) },
    Plugin { ..plugin(54_615, "Device Type", "General", 0) },
    Plugin {
        port: 22,
        service: "ssh",
        on: LINUX,
        ..plugin(10_267, "SSH Server Type and Version Information", "Service detection", 0)
    },
    Plugin { port: 443, service: "www", on: WEB, ..plugin(10_107, "HTTP Server Type and Version", "Web Servers", 0) },
    Plugin {
        port: 443,
        service: "www",
        cwe: &[295],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N",
        score: "6.5",
        ..plugin(51_192, "SSL Certificate Cannot Be Trusted", "General", 2)
    },
    Plugin {
        port: 443,
        service: "www",
        cwe: &[295],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N",
        score: "6.5",
        on: APPLIANCE,
        ..plugin(57_582, "SSL Self-Signed Certificate", "General", 2)
    },
    Plugin {
        port: 443,
        service: "www",
        cwe: &[327],
        vector: "AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:L/A:N",
        score: "6.5",
        ..plugin(104_743, "TLS Version 1.0 Protocol Detection", "Service detection", 2)
    },
    Plugin {
        port: 443,
        service: "www",
        cve: &["CVE-2016-2183"],
        cwe: &[326],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        score: "7.5",
        on: WEB,
        ..plugin(42_873, "SSL Medium Strength Cipher Suites Supported (SWEET32)", "General", 3)
    },
    Plugin {
        port: 3389,
        service: "msrdp",
        vector: "AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N",
        score: "4.0",
        on: WINDOWS,
        ..plugin(58_453, "Terminal Services Doesn't Use Network Level Authentication (NLA) Only", "Misc.", 2)
    },
    Plugin {
        port: 445,
        service: "cifs",
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N",
        score: "5.3",
        on: WINDOWS,
        ..plugin(57_608, "SMB Signing not required", "Misc.", 2)
    },
    Plugin {
        port: 445,
        service: "cifs",
        cve: &["CVE-2017-0144", "CVE-2017-0145"],
        cwe: &[20],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        score: "9.8",
        on: WINDOWS,
        from: 26,
        ..plugin(
            97_833,
            "MS17-010: Security Update for Microsoft Windows SMB Server (4013389) (ETERNALBLUE)",
            "Windows",
            4,
        )
    },
    Plugin {
        port: 161,
        service: "snmp",
        cve: &["CVE-1999-0517"],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L",
        score: "7.3",
        on: APPLIANCE,
        ..plugin(41_028, "SNMP Agent Default Community Name (public)", "SNMP", 3)
    },
    Plugin {
        port: 23,
        service: "telnet",
        cwe: &[319],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N",
        score: "6.5",
        on: APPLIANCE,
        ..plugin(42_263, "Unencrypted Telnet Server", "Misc.", 2)
    },
    Plugin {
        port: 443,
        service: "www",
        cve: &["CVE-2021-41773", "CVE-2021-42013"],
        cwe: &[22],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        score: "9.8",
        on: WEB,
        from: super::story::EXPLOITED,
        ..plugin(EXPLOITED, "Apache 2.4.49 < 2.4.51 Path Traversal Vulnerability", "Web Servers", 4)
    },
    Plugin {
        port: 443,
        service: "www",
        cve: &["CVE-2023-25690", "CVE-2023-27522"],
        cwe: &[444],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        score: "9.8",
        on: WEB,
        from: 8,
        ..plugin(172_186, "Apache 2.4.x < 2.4.56 Multiple Vulnerabilities", "Web Servers", 4)
    },
    Plugin {
        cve: &["CVE-2024-6387"],
        cwe: &[362],
        vector: "AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H",
        score: "8.1",
        port: 22,
        service: "ssh",
        on: LINUX,
        from: 14,
        ..plugin(201_194, "OpenSSH < 9.8 RCE", "Misc.", 3)
    },
    Plugin {
        cve: &["CVE-2022-3602", "CVE-2022-3786"],
        cwe: &[120],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
        score: "7.5",
        port: 443,
        service: "www",
        on: LINUX,
        from: 5,
        ..plugin(166_773, "OpenSSL 3.0.0 < 3.0.7 Multiple Vulnerabilities", "Web Servers", 3)
    },
    Plugin {
        vector: "AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
        score: "10.0",
        on: DATABASE,
        from: 30,
        ..plugin(201_352, "Canonical Ubuntu Linux SEoL (18.04.x)", "General", 4)
    },
    Plugin {
        port: 5432,
        service: "postgresql",
        cwe: &[521],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
        score: "5.3",
        on: DATABASE,
        ..plugin(10_483, "PostgreSQL Default Unpassworded Account", "Databases", 3)
    },
    Plugin {
        port: 2049,
        service: "nfs",
        cwe: &[284],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        score: "7.5",
        on: DATABASE,
        from: 11,
        ..plugin(42_256, "NFS Shares World Readable", "RPC", 3)
    },
    Plugin {
        port: 22,
        service: "ssh",
        on: LINUX,
        cve: &["CVE-2008-5161"],
        cwe: &[200],
        vector: "AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
        score: "3.7",
        ..plugin(70_658, "SSH Server CBC Mode Ciphers Enabled", "Misc.", 1)
    },
    Plugin {
        port: 22,
        service: "ssh",
        on: LINUX,
        vector: "AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
        score: "3.7",
        ..plugin(153_953, "SSH Weak Key Exchange Algorithms Enabled", "Misc.", 1)
    },
    Plugin {
        port: 443,
        service: "www",
        on: WEB,
        cve: &["CVE-2003-1567"],
        cwe: &[16],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
        score: "5.3",
        ..plugin(11_213, "HTTP TRACE / TRACK Methods Allowed", "Web Servers", 2)
    },
    Plugin {
        port: 443,
        service: "www",
        on: WEB,
        cwe: &[1021],
        vector: "AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:L/A:N",
        score: "4.3",
        ..plugin(85_582, "Web Application Potentially Vulnerable to Clickjacking", "Web Servers", 2)
    },
    Plugin {
        local: true,
        on: WINDOWS,
        from: 3,
        cve: &["CVE-2025-21298"],
        vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        score: "9.8",
        ..plugin(
            214_114,
            "KB5050008: Windows Server 2022 Security Update (January)",
            "Windows : Microsoft Bulletins",
            4,
        )
    },
    Plugin {
        local: true,
        on: WINDOWS,
        from: 12,
        cve: &["CVE-2025-24993", "CVE-2025-26633"],
        vector: "AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
        score: "7.8",
        ..plugin(232_612, "KB5053603: Windows Server 2022 Security Update (March)", "Windows : Microsoft Bulletins", 3)
    },
    Plugin {
        local: true,
        on: WINDOWS,
        from: 24,
        cve: &["CVE-2025-33053"],
        vector: "AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
        score: "8.8",
        ..plugin(238_082, "KB5060526: Windows Server 2022 Security Update (June)", "Windows : Microsoft Bulletins", 3)
    },
    Plugin {
        local: true,
        on: WINDOWS,
        from: 39,
        cve: &["CVE-2025-55234"],
        vector: "AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
        score: "8.8",
        ..plugin(
            264_555,
            "KB5065432: Windows Server 2022 Security Update (September)",
            "Windows : Microsoft Bulletins",
            3,
        )
    },
    Plugin {
        local: true,
        on: LINUX,
        from: 6,
        cve: &["CVE-2025-26465", "CVE-2025-26466"],
        cwe: &[390],
        vector: "AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:N",
        score: "6.8",
        ..plugin(216_488, "Ubuntu 22.04 LTS : OpenSSH vulnerabilities (USN-7270-1)", "Ubuntu Local Security Checks", 2)
    },
    Plugin {
        local: true,
        on: LINUX,
        from: 28,
        cve: &["CVE-2025-32462", "CVE-2025-32463"],
        cwe: &[829],
        vector: "AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
        score: "9.3",
        ..plugin(240_911, "Ubuntu 22.04 LTS : Sudo vulnerabilities (USN-7604-1)", "Ubuntu Local Security Checks", 4)
    },
    Plugin {
        local: true,
        on: LINUX,
        from: 41,
        cve: &["CVE-2025-9230"],
        cwe: &[125, 787],
        vector: "AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H",
        score: "5.9",
        ..plugin(265_991, "Ubuntu 22.04 LTS : OpenSSL vulnerabilities (USN-7786-1)", "Ubuntu Local Security Checks", 2)
    },
    Plugin {
        local: true,
        on: WINDOWS,
        from: 44,
        cve: &["CVE-2025-59230", "CVE-2025-24990"],
        vector: "AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
        score: "7.8",
        ..plugin(
            270_364,
            "KB5066782: Windows Server 2022 Security Update (October)",
            "Windows : Microsoft Bulletins",
            3,
        )
    },
    Plugin {
        local: true,
        on: WINDOWS,
        from: 48,
        cve: &["CVE-2025-62215"],
        vector: "AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H",
        score: "7.0",
        ..plugin(
            274_786,
            "KB5068787: Windows Server 2022 Security Update (November)",
            "Windows : Microsoft Bulletins",
            3,
        )
    },
    Plugin {
        local: true,
        on: LINUX,
        from: 49,
        cve: &["CVE-2025-61984", "CVE-2025-61985"],
        cwe: &[159],
        vector: "AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N",
        score: "3.6",
        ..plugin(271_202, "Ubuntu 22.04 LTS : OpenSSH vulnerabilities (USN-7860-1)", "Ubuntu Local Security Checks", 1)
    },
    Plugin {
        local: true,
        on: WINDOWS,
        cwe: &[428],
        vector: "AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
        score: "7.8",
        ..plugin(63_155, "Microsoft Windows Unquoted Service Path Enumeration", "Windows", 3)
    },
];
