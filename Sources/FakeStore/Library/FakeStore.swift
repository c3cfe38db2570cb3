public enum FakeStore {}
