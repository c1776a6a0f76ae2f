package connectorsecrets

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// guardedPair returns both ends of a connection. A Read is waiting on the client's end.
func guardedPair(t *testing.T) (client *guardedConn, server net.Conn, read <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	conn, err := guardDials(new(net.Dialer).DialContext)(context.Background(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if server, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	client = conn.(*guardedConn)
	t.Cleanup(func() { _ = client.Close(); _ = server.Close() })
	result := make(chan error, 1)
	go func() {
		n, err := client.Read(make([]byte, 10))
		if (n == 0) != (err != nil) {
			t.Errorf("read %d bytes, %v", n, err)
		}
		result <- err
	}()
	return client, server, result
}

func TestGuardedConn_GivesOutNothingUnasked(t *testing.T) {
	client, server, read := guardedPair(t)
	client.expectRequest()
	if _, err := io.WriteString(server, "x"); err != nil {
		t.Fatal(err)
	}
	if err := <-read; !errors.Is(err, errUnasked) || !client.hasRefused() {
		t.Errorf("read %v, refused %v", err, client.hasRefused())
	}
	if n, err := client.Write([]byte("request")); n != 0 || !errors.Is(err, errUnasked) {
		t.Errorf("wrote %d, %v", n, err)
	}
}

// TestGuardedConn_AsksTheKernel: data that nobody has read yet counts too.
func TestGuardedConn_AsksTheKernel(t *testing.T) {
	for name, send := range map[string]func(net.Conn) error{
		"a byte":  func(conn net.Conn) error { _, err := io.WriteString(conn, "x"); return err },
		"the end": net.Conn.Close,
	} {
		client, server, read := guardedPair(t)
		_, _ = io.WriteString(server, "first")
		if err := <-read; err != nil {
			t.Fatal(err)
		}
		if err := send(server); err != nil {
			t.Fatal(err)
		}
		refused := func() bool {
			client.reading = true // Read has not yet seen the data
			client.expectRequest()
			_, err := client.Write([]byte("request"))
			return errors.Is(err, errUnasked)
		}
		for deadline := time.Now().Add(5 * time.Second); !refused(); {
			if time.Now().After(deadline) {
				t.Fatalf("%s: a request was sent", name)
			}
		}
	}
}

func TestGuardedConn_CarriesARequest(t *testing.T) {
	client, server, read := guardedPair(t)
	client.expectRequest()
	if _, err := client.Write([]byte("request")); err != nil || client.hasRefused() {
		t.Fatal(err)
	}
	_, _ = io.WriteString(server, "response")
	if err := <-read; err != nil {
		t.Error(err)
	}
}

// TestGuardedConn_WritesOn what is no beginning of a request, whatever has come in.
func TestGuardedConn_WritesOn(t *testing.T) {
	client, server, read := guardedPair(t)
	_, _ = io.WriteString(server, "first")
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(server, "second")
	if _, err := client.Write([]byte("more")); err != nil {
		t.Error(err)
	}
}

// TestGuardedConn_IsClosedMeanwhile: the transport closes a connection on which it finds unsolicited data.
func TestGuardedConn_IsClosedMeanwhile(t *testing.T) {
	client, server, read := guardedPair(t)
	_, _ = io.WriteString(server, "first")
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	go func() { _ = client.Close() }()
	client.expectRequest()
	if !client.hasRefused() {
		t.Error("not refused")
	}
}
