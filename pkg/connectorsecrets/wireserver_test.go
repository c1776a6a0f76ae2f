package connectorsecrets_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// serveRaw calls serve with each connection, and then closes the connection.
func serveRaw(t testing.TB, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveListener(t, listener, serve)
	return listener.Addr().String()
}

func serveListener(t testing.TB, listener net.Listener, serve func(net.Conn)) {
	t.Helper()
	var running sync.WaitGroup
	stopped := make(chan struct{})
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			ended := make(chan struct{})
			running.Go(func() {
				select {
				case <-stopped:
				case <-ended:
				}
				_ = conn.Close()
			})
			running.Go(func() { defer close(ended); serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		close(stopped)
		running.Wait()
	})
}

// http1 responds to each request with the text that respond returns. If that is empty, it closes the connection.
func http1(respond func(number int, request *http.Request) string) func(net.Conn) {
	return func(conn net.Conn) {
		reader := bufio.NewReader(conn)
		for number := 0; ; number++ {
			request, err := http.ReadRequest(reader)
			if err != nil {
				return
			}
			response := respond(number, request)
			if _, err := io.WriteString(conn, response); err != nil || response == "" {
				return
			}
		}
	}
}

// message is a whole HTTP/1 response.
func message(status int, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d Text\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
}

// Types of HTTP/2 frames (RFC 9113, section 6).
const (
	frameData, frameHeaders, frameReset, frameSettings, frameGoAway = 0, 1, 3, 4, 7

	endStream, endHeaders = 1, 4
	refusedStream         = 7
)

func frame(kind, flags byte, stream uint32, payload ...byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	return append(binary.BigEndian.AppendUint32(append(head, flags), stream), payload...)
}

// http2 speaks HTTP/2 on a TLS connection. Answer returns the frames for the request on a stream. If there are none, the
// connection is closed.
func http2(answer func(number int, stream uint32) []byte) func(net.Conn) {
	return func(conn net.Conn) {
		reader := bufio.NewReader(conn)
		if _, err := io.CopyN(io.Discard, reader, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
			return
		}
		// The writes wait for a client that is writing too.
		written := make(chan []byte, 100)
		defer close(written)
		go func() {
			for frames := range written {
				_, _ = conn.Write(frames)
			}
		}()
		written <- frame(frameSettings, 0, 0)
		for number := 0; ; {
			var head [9]byte
			if _, err := io.ReadFull(reader, head[:]); err != nil {
				return
			}
			if _, err := io.CopyN(io.Discard, reader, int64(binary.BigEndian.Uint32(head[:])>>8)); err != nil {
				return
			}
			switch {
			case head[3] == frameSettings && head[4] == 0:
				written <- frame(frameSettings, 1, 0)
			case head[3] == frameHeaders:
				frames := answer(number, binary.BigEndian.Uint32(head[5:]))
				number++
				if written <- frames; frames == nil {
					return
				}
			}
		}
	}
}

// list2 is a list of one secret in HTTP/2. 0x88 is ":status: 200".
func list2(stream uint32) []byte {
	return append(frame(frameHeaders, endHeaders, stream, 0x88), frame(frameData, endStream, stream, []byte(oneSecret)...)...)
}

func refuse(stream uint32) []byte { return frame(frameReset, 0, stream, 0, 0, 0, refusedStream) }

// goAway says that the server has processed no request.
func goAway(uint32) []byte { return frame(frameGoAway, 0, 0, make([]byte, 8)...) }

// certificate returns a self-signed certificate after change has edited it.
func certificate(t testing.TB, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// withTLS makes serve speak over TLS. It also returns the configuration with which a client trusts it.
func withTLS(server tls.Certificate, protocol string, serve func(net.Conn)) (over func(net.Conn), client *tls.Config) {
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Leaf)
	config := &tls.Config{Certificates: []tls.Certificate{server}, NextProtos: []string{protocol}}
	over = func(conn net.Conn) {
		secured := tls.Server(conn, config)
		if secured.Handshake() == nil {
			serve(secured)
		}
	}
	return over, &tls.Config{RootCAs: trusted}
}
