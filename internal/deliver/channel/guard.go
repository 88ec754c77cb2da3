package channel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// errInside says that an address is one of the own network.
var errInside = errors.New("the address is inside the own network")

// outside says whether an address is one of the public internet. What a webhook
// names is resolved first, so a name cannot hide an address.
func outside(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false // loopback, link-local, multicast, unspecified and broadcast are not global unicast
	}
	for _, p := range reserved() {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// reserved lists what is not public beyond netip's own classes: IANA registries of
// special-purpose addresses, and the prefixes that carry an IPv4 address inside.
func reserved() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
		netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("3fff::/20"), netip.MustParsePrefix("fec0::/10"),
	}
}

// newClient makes a client that follows no redirect, uses no proxy, and goes only
// to public addresses unless private is set. The address is judged when the
// connection is made, so that a name cannot change its address in between.
func newClient(private bool) *http.Client {
	d := &net.Dialer{Timeout: 15 * time.Second}
	if !private {
		d.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !outside(at.Addr()) {
				return errInside
			}
			return nil
		}
	}
	return &http.Client{
		Transport:     &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: 15 * time.Second, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// checkURL says what is wrong with the address of a webhook before anything is
// resolved: what is plain to see is refused when it is entered.
func checkURL(raw string, private bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return errors.New("the recipient is no address such as https://example.org/hook")
	}
	if u.User != nil {
		return errors.New("the address holds a name or password: webhooks are known by their signature")
	}
	if u.Scheme != "https" && !(private && u.Scheme == "http") {
		return errors.New("the address must begin with https://")
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !private && !outside(a) {
		return fmt.Errorf("%w, which is refused unless it is allowed on the command line (--allow-private)", errInside)
	}
	return nil
}
