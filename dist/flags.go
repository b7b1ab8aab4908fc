package dist

import "strings"

// Flags are what a node says in the handshake that it can do.
type Flags uint64

// The flags, named as in the protocol's description.
const (
	FlagPublished         Flags = 1 << 0
	FlagExtendedRefs      Flags = 1 << 2
	FlagDistMonitor       Flags = 1 << 3
	FlagFunTags           Flags = 1 << 4
	FlagDistMonitorName   Flags = 1 << 5
	FlagNewFunTags        Flags = 1 << 7
	FlagExtendedPidsPorts Flags = 1 << 8
	FlagExportPtrTag      Flags = 1 << 9
	FlagBitBinaries       Flags = 1 << 10
	FlagNewFloats         Flags = 1 << 11
	FlagUnicodeIO         Flags = 1 << 12
	FlagDistHdrAtomCache  Flags = 1 << 13
	FlagSmallAtomTags     Flags = 1 << 14
	FlagUTF8Atoms         Flags = 1 << 16
	FlagMapTag            Flags = 1 << 17
	FlagBigCreation       Flags = 1 << 18
	FlagSendSender        Flags = 1 << 19
	FlagBigSeqtraceLabels Flags = 1 << 20
	FlagExitPayload       Flags = 1 << 22
	FlagFragments         Flags = 1 << 23
	FlagHandshake23       Flags = 1 << 24
	FlagUnlinkID          Flags = 1 << 25
	FlagMandatory25Digest Flags = 1 << 26
	FlagSpawn             Flags = 1 << 32
	FlagNameMe            Flags = 1 << 33
	FlagV4NC              Flags = 1 << 34
	FlagAlias             Flags = 1 << 35
	FlagAltactSig         Flags = 1 << 37
)

const (
	// mandatory25 is what the digest flag stands for.
	mandatory25 = FlagExtendedRefs | FlagFunTags | FlagNewFunTags | FlagExtendedPidsPorts |
		FlagExportPtrTag | FlagBitBinaries | FlagNewFloats | FlagUTF8Atoms | FlagMapTag |
		FlagBigCreation | FlagHandshake23
	// mandatory is what a peer must be able to do.
	mandatory = mandatory25 | FlagUnlinkID | FlagV4NC
	// supported is what this node says of itself; FlagPublished comes on top
	// unless it is hidden.
	supported = mandatory | FlagMandatory25Digest | FlagDistMonitor | FlagDistMonitorName |
		FlagUnicodeIO | FlagDistHdrAtomCache | FlagSmallAtomTags | FlagSendSender |
		FlagBigSeqtraceLabels | FlagExitPayload | FlagFragments | FlagSpawn | FlagAlias |
		FlagAltactSig
)

var flagNames = []struct {
	flag Flags
	name string
}{
	{FlagPublished, "PUBLISHED"},
	{FlagExtendedRefs, "EXTENDED_REFERENCES"},
	{FlagDistMonitor, "DIST_MONITOR"},
	{FlagFunTags, "FUN_TAGS"},
	{FlagDistMonitorName, "DIST_MONITOR_NAME"},
	{FlagNewFunTags, "NEW_FUN_TAGS"},
	{FlagExtendedPidsPorts, "EXTENDED_PIDS_PORTS"},
	{FlagExportPtrTag, "EXPORT_PTR_TAG"},
	{FlagBitBinaries, "BIT_BINARIES"},
	{FlagNewFloats, "NEW_FLOATS"},
	{FlagUnicodeIO, "UNICODE_IO"},
	{FlagDistHdrAtomCache, "DIST_HDR_ATOM_CACHE"},
	{FlagSmallAtomTags, "SMALL_ATOM_TAGS"},
	{FlagUTF8Atoms, "UTF8_ATOMS"},
	{FlagMapTag, "MAP_TAG"},
	{FlagBigCreation, "BIG_CREATION"},
	{FlagSendSender, "SEND_SENDER"},
	{FlagBigSeqtraceLabels, "BIG_SEQTRACE_LABELS"},
	{FlagExitPayload, "EXIT_PAYLOAD"},
	{FlagFragments, "FRAGMENTS"},
	{FlagHandshake23, "HANDSHAKE_23"},
	{FlagUnlinkID, "UNLINK_ID"},
	{FlagMandatory25Digest, "MANDATORY_25_DIGEST"},
	{FlagSpawn, "SPAWN"},
	{FlagNameMe, "NAME_ME"},
	{FlagV4NC, "V4_NC"},
	{FlagAlias, "ALIAS"},
	{FlagAltactSig, "ALTACT_SIG"},
}

// Names lists the flags that are set and known.
func (f Flags) Names() []string {
	var names []string
	for _, n := range flagNames {
		if f&n.flag != 0 {
			names = append(names, n.name)
		}
	}
	return names
}

func (f Flags) String() string { return strings.Join(f.Names(), " ") }

// expand adds what the digest flag stands for.
func (f Flags) expand() Flags {
	if f&FlagMandatory25Digest != 0 {
		f |= mandatory25
	}
	return f
}
