print("fakestore")
